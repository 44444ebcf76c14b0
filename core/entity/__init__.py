"""The entity layer: one declaration gives table, list, form, API, import, export, log and permissions."""
