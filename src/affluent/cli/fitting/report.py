"""The report of a fit: one page that needs nothing else, each law beside the data it was found from."""

from collections.abc import Sequence
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from affluent.cli.fitting.style import STYLE
from affluent.cli.fitting.wording import clock, decimal, lasting, number, percent, say
from affluent.twin.fitting.drawing import Axis, Band, Line, plot, steps

_MINUTE_MS = 60_000
_DAY_MS = 86_400_000


def page(told: dict[str, Any], locale: str) -> str:
    """The page as text, in French or English."""
    return Report(told, locale).page()


class Report:
    def __init__(self, told: dict[str, Any], locale: str) -> None:
        self._told, self._locale = told, locale

    def page(self) -> str:
        title = self._say("title", source=self._told["source"])
        parts = [
            self._head(),
            self._incidents(),
            *map(self._days, self._told["days"]),
            *map(self._class, self._told["classes"]),
        ]
        parts += [self._team(one) for one in self._told["teams"]]
        parts.append(self._cautions())
        return (
            f'<!doctype html><html lang="{self._locale}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
            + "".join(parts)
            + "</main></body></html>"
        )

    def _say(self, code: str, **params: Any) -> str:
        return say(self._locale, code, **params)

    def _n(self, value: float) -> str:
        return number(value, self._locale)

    def _for(self, ms: float) -> str:
        return lasting(ms, self._locale)

    def _share(self, value: float) -> str:
        return percent(value, self._locale)

    def _head(self) -> str:
        told = self._told
        text = self._say(
            "head", contacts=self._n(told["contacts"]), first=told["from"], last=told["to"],
            waited=self._for(told["waited_ms"]), left=self._share(told["left_share"]),
        )  # fmt: skip
        return f"<p>{escape(text)}</p><p class=small>{escape(self._say('legend'))}</p>"

    def _incidents(self) -> str:
        found = self._told["incidents"]
        if not found:
            return ""
        zone = ZoneInfo(self._told["timezone"])
        items = "".join(
            "<li>"
            + escape(
                self._say(
                    f"incident_{one['kind']}", first=clock(one["from_ms"], zone, self._locale),
                    last=clock(one["to_ms"], zone, self._locale, day=False), came=self._n(one["came"]),
                    usual=self._n(round(one["usual"])),
                )
            )
            + "</li>"
            for one in found
        )  # fmt: skip
        text = escape(self._say("incidents_text"))
        return f"<section><h2>{escape(self._say('incidents'))}</h2><p>{text}</p><ul>{items}</ul></section>"

    def _days(self, one: dict[str, Any]) -> str:
        busy = one["busyness"]
        code = "days_poisson" if busy["shape"] is None else "days_busy"
        if busy["days"] < 2:
            code = "days_one"
        text = self._say(
            code, days=busy["days"], dispersion=decimal(busy["dispersion"], self._locale),
            spread=self._share(0 if not busy["shape"] else busy["shape"] ** -0.5),
            shape=decimal(busy["shape"] or 0, self._locale), low=decimal(busy["low"] or 0, self._locale),
            high=decimal(busy["high"], self._locale) if busy["high"] else "∞",
        )  # fmt: skip
        rates = one["per_hour"]
        lines = [self._rates(each, "thin", rates["every_ms"]) for each in rates["each"][:40]]
        lines.append(self._rates(rates["mean"], "law", rates["every_ms"]))
        most = max([1.0, *(max(line.ys) for line in lines)])
        drawn = plot(
            self._say("plot_arrivals"), Axis(_DAY_MS, self._hours()),
            Axis(most, [(at, self._n(at)) for at in steps(most)]), lines,
        )  # fmt: skip
        kind = self._say(f"kind_{one['kind']}")
        return self._figure(f"{self._say('arrivals')} · {kind}", text, drawn, self._say("per_hour"))

    def _rates(self, values: Sequence[float], kind: str, every_ms: int) -> Line:
        return Line([at * every_ms for at in range(len(values))], values, kind, steps=True)

    def _hours(self) -> list[tuple[float, str]]:
        return [(at * 3_600_000, f"{at} h" if self._locale == "fr" else f"{at}:00") for at in range(0, 25, 4)]

    def _class(self, one: dict[str, Any]) -> str:
        text = self._say(
            "class", contacts=self._n(one["contacts"]), left=self._n(one["left"]),
            waited=self._for(one["waited_ms"]),
        )  # fmt: skip
        if one["yields_ms"]:
            code = "yields_ever" if one["yields_ms"] >= 3_600_000 else "yields"
            text += " " + self._say(code, time=self._for(one["yields_ms"]))
        if one["resolved"] is not None:
            text += " " + self._say("resolved", share=self._share(one["resolved"]["share"]))
        parts = [f"<section><h2>{escape(one['name'])}</h2><p>{escape(text)}</p><div class=pair>"]
        parts.append(self._patience(one["patience"]))
        parts.append(self._times("handling", one["handling"]))
        if one["wrap_up"] is not None:
            parts.append(self._times("wrap_up", one["wrap_up"]))
        parts.append("</div>")
        parts += [self._returning(key, one[key]) for key in ("retry", "again") if one[key] is not None]
        return "".join(parts) + "</section>"

    def _patience(self, one: dict[str, Any] | None) -> str:
        if one is None:
            return f"<p class=small>{escape(self._say('no_patience'))}</p>"
        law = one["laws"][0]
        text = self._say(
            "patience", left=self._n(one["seen"]["left"]), answered=self._n(one["seen"]["answered"]),
            law=self._law(law), use=self._say("use_law" if one["smooth"] else "use_curve"),
        )  # fmt: skip
        if one["of_all_classes"]:
            text += " " + self._say("of_all")
        curve = one["curve"]
        most = max([_MINUTE_MS, *curve["at_ms"]])
        top = max([0.1, *curve["high"], *curve["law"]])
        drawn = plot(
            self._say("plot_patience"), self._time_axis(most), self._share_axis(top),
            [Line(curve["at_ms"], curve["share"], "data", steps=True), Line(curve["at_ms"], curve["law"], "law")],
            [Band(curve["at_ms"], curve["low"], curve["high"])],
        )  # fmt: skip
        return self._figure(self._say("patience_title"), text, drawn, self._say("share_gone"))

    def _times(self, code: str, one: dict[str, Any]) -> str:
        text = self._say(
            "times", count=self._n(one["count"]), mean=self._for(one["mean_ms"]),
            low=self._for(one["mean_low_ms"]), high=self._for(one["mean_high_ms"]),
            cv=decimal(one["cv"], self._locale), law=self._law(one["laws"][0]),
            use=self._say("use_law" if one["smooth"] else "use_values"),
        )  # fmt: skip
        curve = one["curve"]
        most = max([_MINUTE_MS, curve["at_ms"][-1]])
        drawn = plot(
            self._say("plot_times"), self._time_axis(most), self._share_axis(1.0),
            [Line(curve["at_ms"], curve["share"], "data"), Line(curve["at_ms"], curve["law"], "law")],
        )  # fmt: skip
        return self._figure(self._say(code), text, drawn, self._say("share_done"))

    def _returning(self, code: str, one: dict[str, Any]) -> str:
        text = self._say(
            code if one["certain"] else f"{code}_unsure", of=self._n(one["of"]), share=self._share(one["share"]),
            low=self._share(one["low"]), high=self._share(one["high"]), chance=self._share(one["by_chance"]),
            within=self._for(one["within_ms"]), after=self._for(one["after_ms"]),
        )  # fmt: skip
        return f"<p>{escape(text)}</p>"

    def _team(self, one: dict[str, Any]) -> str:
        text = self._say(
            "team", agents=len(one["agents"]), queues=", ".join(one["queues"]),
            presence=decimal(one["presence"], self._locale),
        )  # fmt: skip
        lines = [self._rates(day, "thin", one["every_ms"]) for day in one["seen"][:40]]
        most = max([1.0, *(max(line.ys) for line in lines)])
        drawn = plot(
            self._say("plot_team"), Axis(_DAY_MS, self._hours()),
            Axis(most, [(at, decimal(at, self._locale)) for at in steps(most)]), lines,
        )  # fmt: skip
        return self._figure(self._say("team_title", name=one["name"]), text, drawn, self._say("agents"))

    def _cautions(self) -> str:
        codes = ["caution_staff", "caution_patience", "caution_days"]
        if self._told["unseen_work"] is not None:
            codes.insert(0, "unseen")
        if self._told["patience_factor"] != 1:
            codes.append("caution_factor")
        told = {
            "median": self._for((self._told["unseen_work"] or {"median_ms": 0})["median_ms"]),
            "factor": decimal(self._told["patience_factor"], self._locale),
        }
        items = "".join(f"<li>{escape(self._say(code, **told))}</li>" for code in codes)
        return f"<section><h2>{escape(self._say('cautions'))}</h2><ul>{items}</ul></section>"

    def _law(self, one: dict[str, Any]) -> str:
        return self._say(
            "law", family=self._say(one["family"]), median=self._for(one["median_ms"]),
            mean=self._for(one["mean_ms"]),
        )  # fmt: skip

    def _time_axis(self, most: float) -> Axis:
        unit = _MINUTE_MS if most >= 3 * _MINUTE_MS else 1_000
        return Axis(most, [(at * unit, self._for(at * unit)) for at in steps(most / unit)])

    def _share_axis(self, most: float) -> Axis:
        top = 1.0 if most > 0.5 else 0.5 if most > 0.25 else 0.25 if most > 0.1 else 0.1
        return Axis(top, [(top * at / 4, self._share(top * at / 4)) for at in range(5)])

    def _figure(self, title: str, text: str, drawn: str, axis: str) -> str:
        return f"<figure><h3>{escape(title)}</h3><p>{escape(text)}</p><p class=axis>{escape(axis)}</p>{drawn}</figure>"
