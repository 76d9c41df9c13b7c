/**
 * The session of a caller for whom personal data is masked: every row that holds some leaves it masked, filters and orders that would
 * tell it are refused, and so are Keepnet's own files, whose content nobody can mask. What he was told of a user in one operation,
 * the operation can go on with.
 */
import { AppError } from '../errors.js';
import { toMaskedBrief, toMaskedEntry, toMaskedReport, toMaskedUser, toMaskedWidget } from './masked-rows.js';
import { refusePersonalArguments } from './personal-arguments.js';
import type { PersonalMask } from './personal-mask.js';
import type { Page, TargetUserBriefRow } from './rows.js';
import type { KeepnetSession } from './session.js';

export function toMaskedSession(clear: KeepnetSession, mask: PersonalMask): KeepnetSession {
  const addresses = createAddressBook();
  return {
    ...clear,
    async searchTargetUsers(companyId, search) {
      refusePersonalArguments(search);
      const page = await clear.searchTargetUsers(companyId, search);
      return toPage(page, (row) => addresses.remember(row, toMaskedUser(row, mask)));
    },
    async targetUsersByIds(companyId, resourceIds) {
      const rows = await clear.targetUsersByIds(companyId, resourceIds);
      return rows.map((row) => addresses.remember(row, toMaskedBrief(row, mask)));
    },
    async livingUsersByEmail(companyId, emails) {
      const rows = await clear.livingUsersByEmail(companyId, addresses.recall(emails));
      return rows.map((row) => toMaskedUser(row, mask));
    },
    async leaderboard(companyId, search) {
      refusePersonalArguments(search);
      const page = await clear.leaderboard(companyId, search);
      return toPage(page, (row) => toMaskedEntry(row, mask));
    },
    async topPerformers(companyId, period) {
      const rows = await clear.topPerformers(companyId, period);
      return rows.map((row) => toMaskedEntry(row, mask));
    },
    async executiveReport(companyId, resourceId) {
      const report = await clear.executiveReport(companyId, resourceId);
      return report && toMaskedReport(report, mask);
    },
    async widgets(companyId, query) {
      const widgets = await clear.widgets(companyId, query);
      return widgets.map((widget) => toMaskedWidget(widget, mask));
    },
    exportFile: () => Promise.reject(refuseKeepnetFile()),
  };
}

export function refuseKeepnetFile(): AppError {
  const message = "source: Keepnet's own files hold personal data, which is masked for you; take BUILT.";
  return new AppError('FORBIDDEN', message, { argument: 'source' });
}

function toPage<Row>({ rows, totalCount }: Page<Row>, toMasked: (row: Row) => Row): Page<Row> {
  return { rows: rows.map(toMasked), totalCount };
}

/** More than an operation may be told of people; an export that goes through more has long left the first of them. */
const MAX_ADDRESSES = 20_000;

/** Which address each masked one stands for, as far as this session gave it out. The oldest is forgotten first. */
function createAddressBook() {
  const clearByMasked = new Map<string, string>();
  return {
    /** Answers `masked`. */
    remember<Row extends TargetUserBriefRow>(clear: Row, masked: Row): Row {
      if (clear.email === null || masked.email === null) return masked;
      clearByMasked.set(masked.email, clear.email.toLowerCase());
      const [oldest] = clearByMasked.keys();
      if (clearByMasked.size > MAX_ADDRESSES && oldest !== undefined) clearByMasked.delete(oldest);
      return masked;
    },
    recall: (emails: readonly string[]) => emails.flatMap((email) => clearByMasked.get(email) ?? []),
  };
}
