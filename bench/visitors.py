"""What one of the fifty people does; Locust reads this file. It does not know the portal's code."""

import json
import os
from itertools import cycle
from pathlib import Path

from locust import HttpUser, between, task

SESSIONS = cycle(json.loads(Path(os.environ["BENCH_SESSIONS"]).read_text()))


class Visitor(HttpUser):
    wait_time = between(1, 5)

    def on_start(self):
        session, self.project = next(SESSIONS)
        self.client.cookies.set("sessionid", session)

    def open(self, path, name):
        with self.client.get(
            f"/p/{self.project}/{path}", name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 200:
                answer.failure(f"{path} answered {answer.status_code}")

    @task(4)
    def first_page(self):
        self.open("", "first page")

    @task(3)
    def indicator(self):
        self.open("indicators/1/", "indicator")

    @task(2)
    def units(self):
        self.open("indicators/1/units/", "units")

    @task(2)
    def firms(self):
        self.open("smes/?cluster=", "firms")

    @task(2)
    def deliveries(self):
        self.open("deliveries/?cluster=", "deliveries")

    @task(1)
    def plan(self):
        self.open("work-plan/", "plan")
