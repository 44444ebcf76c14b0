"""Stands in for the child process of the reader: takes its time and says nothing."""

import time

if __name__ == "__main__":
    time.sleep(60)
