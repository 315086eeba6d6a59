import { Link } from "@tanstack/react-router";
import { Cell, Checkbox, Column, Row, Table, TableBody, TableHeader, type Selection, type SortDescriptor } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useNow } from "../api/clock";
import { customerName } from "../desk/customerName";
import { moment } from "../i18n/format";
import { Icon } from "../parts/Icon";
import { Mark } from "../parts/Mark";
import { MEDIUM_ICON } from "../parts/mediumIcon";
import { shareUsed, timeText, urgencyOf } from "../parts/urgency";
import type { ColumnKey } from "./columns";
import type { Found, ListSearch, Sort } from "./filters";
import { Snippet } from "./Snippet";

interface Props {
  items: readonly Found[]; columns: readonly ColumnKey[]; search: ListSearch; onSort: (sort: Sort) => void;
  selected: Selection; onSelect: (keys: Selection) => void; onOpen: (id: number) => void; selects: boolean;
}
const SORTED: Partial<Record<ColumnKey, true>> = { arrived: true, due: true };

function Tick() {
  return <Checkbox slot="selection" className="box-tick">{({ isSelected, isIndeterminate }) => <span aria-hidden="true">{isIndeterminate ? "–" : isSelected ? <Icon name="check" /> : null}</span>}</Checkbox>;
}

/** The contacts as a table: arrows move, Space selects, Enter opens, the heads of dates sort. */
export function ResultTable({ items, columns, search, onSort, selected, onSelect, onOpen, selects }: Props) {
  const { t } = useTranslation("contacts");
  const { t: main } = useTranslation();
  const now = useNow();
  const sort: SortDescriptor | undefined = search.sort === "due" ? { column: "due", direction: "ascending" }
    : search.sort === "oldest" ? { column: "arrived", direction: "ascending" }
    : search.sort === "newest" || (!search.sort && !search.q) ? { column: "arrived", direction: "descending" } : undefined;
  const value = (row: Found, key: ColumnKey) => {
    switch (key) {
      case "state": return <span className="tag"><Mark state={row.state} />{main(`state.${row.state}`)}</span>;
      case "queue": return row.queue?.name ?? "";
      case "agent": return row.agent?.name ?? "";
      case "motive": return row.motive?.name ?? "";
      case "channel": return row.channel.name;
      case "brand": return row.brand.name;
      case "outcome": return row.outcome ? main(`outcome.${row.outcome}`) : "";
      case "arrived": return moment(row.arrived_ms, now);
      case "closed": return row.closed_ms === null ? "" : moment(row.closed_ms, now);
      case "due": {
        const share = row.state === "closed" || row.state === "abandoned" ? null : shareUsed(row, now);
        return share === null ? "" : <span className={`left ${urgencyOf(share)}`}>{timeText(row, now)}</span>;
      }
    }
  };
  return (
    <Table className="found-table" aria-label={t("title")} selectionMode={selects ? "multiple" : "none"} selectedKeys={selected} onSelectionChange={onSelect}
      onRowAction={(key) => onOpen(Number(key))} {...(sort ? { sortDescriptor: sort } : {})}
      onSortChange={({ column, direction }) => onSort(column === "due" ? "due" : direction === "ascending" ? "oldest" : "newest")}>
      <TableHeader>
        {selects && <Column className="pick-col"><Tick /></Column>}
        <Column isRowHeader id="who">{t("column.who")}</Column>
        {columns.map((key) => (
          <Column key={key} id={key} className={`col-${key}`} allowsSorting={SORTED[key] ?? false}>
            {({ sortDirection }) => <>{t(`column.${key}`)}{sortDirection && <Icon name="caret-down" className={sortDirection === "ascending" ? "up" : ""} />}</>}
          </Column>
        ))}
      </TableHeader>
      <TableBody>
        {items.map((row) => (
          <Row key={row.id} id={row.id} className="found-row">
            {selects && <Cell className="pick-col"><Tick /></Cell>}
            <Cell textValue={`${customerName(row.customer)} ${row.subject}`} className="who-cell">
              <span className="who-line"><Icon name={MEDIUM_ICON[row.medium]} /><span className="vh">{main(`media_one.${row.medium}`)}</span>
                <Link to="/desk/$contactId" params={{ contactId: String(row.id) }} className="b cut">{customerName(row.customer)}</Link>
                <span className="cut grow">{row.subject}</span><span className="three small">{row.id}</span></span>
              <span className="line-2 small"><Snippet found={row} /></span>
            </Cell>
            {columns.map((key) => <Cell key={key} className={`col-${key}`}>{value(row, key)}</Cell>)}
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
