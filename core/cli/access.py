"""``ghep access``: who may see what."""

from dataclasses import asdict

import click

from core.cli.common import Refusal, acting_in, answer, json_option, platform


@click.group()
def access() -> None:
    """Check what decides who sees which record."""


@access.command("check")
@click.option("--company", "slug", required=True, metavar="SLUG", help="The company's code.")
@click.option("--mend", "mending", is_flag=True, help="Put right what is found, while people work.")
@json_option
def check_access(slug: str, *, mending: bool, as_json: bool) -> None:
    """Compare what shares copy of their records with the records."""
    from core.access.consistency import check, mend

    with platform() as found, acting_in(found, slug) as context:
        findings = check(context)
        if mending:
            for _count in mend(context):
                context.session.commit()
    lines = [
        f"{one.entity}: {one.late} shares out of date, {one.orphaned} of records that are no more" for one in findings
    ]
    answer([asdict(one) for one in findings], "\n".join(lines), as_json=as_json)
    if findings and not mending:
        raise Refusal(f"Not in order: {slug}. Run: ghep access check --company {slug} --mend")
