"""The server stops or dies: who does not come back is gone, who comes back has lost nothing."""

from tests.channels.centre import MINUTE_MS, Centre, at_work, eventually, served
from tests.channels.chat.widget import Widget


def _set_up(centre: Centre) -> None:
    brand = centre.brand()
    centre.channel(brand, centre.queue(brand), "site-a")


def test_who_does_not_come_back_after_a_restart_is_gone(dsn: str) -> None:
    with at_work(dsn, _set_up) as centre, served(centre.app()) as address:
        stays, goes = Widget(address, "site-a").hello(), Widget(address, "site-a").hello()
        stays.said("je reste")
        goes.said("je pars")
    with at_work(dsn) as centre:
        # As a crash leaves it: nobody had the time to note anything.
        with centre.database.transaction() as conn:
            conn.execute("update chat set connected = true")
            conn.execute("delete from timer")
        with served(centre.app()) as address:
            gone = "select 1 from timer where kind = 'chat_gone'"
            eventually(lambda: len(centre.rows(gone)) == 2, "both timers")
            stays.address = address
            stays.hello()
            assert stays.welcome["state"] == "waiting"
            eventually(lambda: len(centre.rows(gone)) == 1, "one timer cleared")
            centre.clock.pass_ms(2 * MINUTE_MS + 1)
            eventually(lambda: centre.contacts()[1]["outcome"] == "silent", "the one who went")
            assert centre.contacts()[0]["state"] == "waiting"
            stays.close()
        goes.close()
