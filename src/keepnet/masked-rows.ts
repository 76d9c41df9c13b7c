/**
 * Rows that hold personal data, masked. Each is written out field by field, so that a field which is added to a row does not
 * compile before somebody has said whether it is personal. Department, status, points and Keepnet's ids are not.
 */
import type { MaskedPerson, PersonalMask } from './personal-mask.js';
import type {
  LeaderboardRow,
  ReportDetailsRow,
  TargetUserBriefRow,
  TargetUserRow,
  WidgetPointRow,
  WidgetRow,
} from './rows.js';
import { findPeople } from './widgets.js';

export function toMaskedBrief(row: TargetUserBriefRow, mask: PersonalMask): TargetUserBriefRow {
  const { resourceId, status, rawStatus } = row;
  const phoneNumber = row.phoneNumber === null ? null : mask.phone(row.phoneNumber);
  return { resourceId, phoneNumber, status, rawStatus, ...toMaskedNames(row, row.resourceId, mask) };
}

export function toMaskedUser(row: TargetUserRow, mask: PersonalMask): TargetUserRow {
  const { department, priority, preferredLanguage, timeZone, provisionedBy, createdAt, updatedAt } = row;
  const customFields = row.customFields.map(({ name, value }) => ({ name, value: value && mask.text(value) }));
  return {
    department,
    priority,
    preferredLanguage,
    timeZone,
    provisionedBy,
    customFields,
    createdAt,
    updatedAt,
    ...toMaskedBrief(row, mask),
  };
}

export function toMaskedEntry(row: LeaderboardRow, mask: PersonalMask): LeaderboardRow {
  const { rank, points, performance, targetUserResourceId, department } = row;
  const names = toMaskedNames(row, targetUserResourceId, mask);
  return { rank, points, performance, targetUserResourceId, department, ...names };
}

/** Tables and raw objects say anything of anybody in names of their own: they are left out. */
export function toMaskedWidget(widget: WidgetRow, mask: PersonalMask): WidgetRow {
  const { resourceId, name, description, metric, chart, rawChart } = widget;
  const people = findPeople(widget);
  const points = people.size === 0 ? widget.points : widget.points.map((point) => toMaskedPoint(point, people, mask));
  return { resourceId, name, description, metric, chart, rawChart, points, table: null, raw: null };
}

export function toMaskedReport(report: ReportDetailsRow, mask: PersonalMask): ReportDetailsRow {
  const { resourceId, name, description, createdAt, period, layout } = report;
  const widgets = report.widgets.map((widget) => toMaskedWidget(widget, mask));
  return { resourceId, name, description, createdAt, period, layout, widgets };
}

type Names = Pick<TargetUserBriefRow, 'email' | 'firstName' | 'lastName' | 'displayName'>;

/** Who has no name or address here has none there either. */
function toMaskedNames({ email, firstName, lastName }: Names, resourceId: string, mask: PersonalMask): Names {
  const person: MaskedPerson = mask.person(email ?? resourceId);
  return {
    email: email && person.email,
    firstName: firstName && person.name,
    lastName: lastName && person.name,
    displayName: person.name,
  };
}

function toMaskedPoint(
  { date, series, label, value }: WidgetPointRow,
  people: ReadonlyMap<string, string>,
  mask: PersonalMask,
): WidgetPointRow {
  const identity = label === null ? undefined : people.get(label);
  return { date, series, label: identity === undefined ? label : mask.person(identity).name, value };
}
