import { useTranslation } from "react-i18next";
import type { Found } from "./queries";
import { money, share, wait } from "./said";

/** All queues side by side: each one's own best, and what is best for all of them within the budget. */
export function PlanTable({ found }: { found: Found }) {
  const { t } = useTranslation("target");
  const plan = found.plan;
  const lines = found.queues.map((one) => {
    const chosen = plan?.targets_ms[one.queue] ?? null;
    return { one, best: one.targets.find((row) => row.wait_ms === one.best_ms), chosen: chosen === null ? undefined : one.targets.find((row) => row.wait_ms === chosen) };
  });
  const total = lines.reduce((sum, { best }) => ({ net: sum.net + (best?.net ?? 0), cost: sum.cost + (best?.cost ?? 0) }), { net: 0, cost: 0 });
  return (
    <section className="target-plan" aria-labelledby="plan-title">
      <h2 id="plan-title">{t("plan.title")}</h2>
      <p>{plan ? t(plan.worth_of_more > 0 ? "plan.within" : "plan.loose", { budget: money(plan.budget), net: money(plan.net), cost: money(plan.cost), more: money(plan.worth_of_more, 2) }) : t("plan.none", { cost: money(total.cost), net: money(total.net) })}</p>
      <div className="tscroll" role="region" tabIndex={0} aria-label={t("plan.title")}>
        <table className="tt">
          <thead><tr><th scope="col">{t("queue")}</th><th scope="col" className="num">{t("plan.today")}</th><th scope="col" className="num">{t("plan.best")}</th><th scope="col" className="num">{t("plan.between")}</th>
            <th scope="col" className="num">{t("table.net")}</th><th scope="col" className="num">{t("table.cost")}</th>{plan && <><th scope="col" className="num">{t("plan.chosen")}</th><th scope="col" className="num">{t("table.cost")}</th></>}<th scope="col" className="num">{t("table.abandonment")}</th></tr></thead>
          <tbody>
            {lines.map(({ one, best, chosen }) => (
              <tr key={one.queue}>
                <th scope="row">{one.queue}</th><td className="num">{wait(one.target_today_ms)}</td><td className="num"><b className="b">{wait(one.best_ms)}</b></td><td className="num">{t("range", { low: wait(one.best_between_ms[0]), high: wait(one.best_between_ms[1]) })}</td>
                <td className="num">{money(best?.net ?? 0)}</td><td className="num">{money(best?.cost ?? 0)}</td>{plan && <><td className="num"><b className="b">{chosen ? wait(chosen.wait_ms) : "–"}</b></td><td className="num">{money(chosen?.cost ?? 0)}</td></>}<td className="num">{share((chosen ?? best)?.abandonment ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
