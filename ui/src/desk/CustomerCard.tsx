import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { skillsQuery } from "../api/queries";
import type { Conversation } from "../api/types";
import { languageName } from "../i18n/format";
import { WhyHere } from "../explain/WhyHere";
import { LikelySame } from "../gather/LikelySame";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { CallCustomer } from "../outbound/CallCustomer";
import { KnownProblem } from "../problems/KnownProblem";
import "./card.css";
import { CustomerForm } from "./CustomerForm";
import { Journey } from "./Journey";
import { customerName } from "./customerName";

/** Who the customer is, and every contact on every channel. */
export function CustomerCard({ conversation, onOpened }: { conversation: Conversation; onOpened: () => void }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const { customer } = conversation;
  const { data: skills = [] } = useQuery(skillsQuery);
  const wishes = skills.filter((one) => customer.wish_ids?.includes(one.id)).map((one) => one.name);
  // A chat visitor has no address that anyone could use.
  const addresses = customer.addresses.filter((one) => one.kind !== "chat" && one.kind !== "external");
  return (
    <>
      <KnownProblem key={`problem ${conversation.contact.id}`} conversation={conversation} />
      <div className="blk">
        <div className="row top">
          <h2 className="grow name">{customerName(customer)}</h2>
          {customer.segment && !editing && <span className="tag box">{customer.segment}</span>}
          {!editing && <Button look="quiet" small iconOnly className="card-edit" aria-label={t("card.edit", { name: customerName(customer) })} onPress={() => setEditing(true)}><Icon name="pencil-simple" /></Button>}
        </div>
        {editing ? <CustomerForm conversation={conversation} onDone={() => setEditing(false)} /> : (
          <dl className="facts">
            {addresses.length > 0 && <><dt>{t("card.reach")}</dt><dd>{addresses.map((one) => <span key={one.kind + one.value} className="address">{one.value}{one.kind === "phone" && <CallCustomer conversation={conversation} number={one.value} />}</span>)}</dd></>}
            {customer.language && <><dt>{t("card.language")}</dt><dd>{languageName(customer.language)}</dd></>}
            {customer.named_agent && <><dt>{t("card.named")}</dt><dd>{customer.named_agent.name}</dd></>}
            {wishes.length > 0 && <><dt>{t("card.wishes")}</dt><dd>{wishes.join(", ")}</dd></>}
            {customer.note && <><dt>{t("card.note")}</dt><dd className="long">{customer.note}</dd></>}
          </dl>
        )}
      </div>
      <LikelySame customer={customer} />
      <Journey conversation={conversation} onOpened={onOpened} />
      <WhyHere key={conversation.contact.id} contact={conversation.contact.id} />
    </>
  );
}
