/** `leaderboard/*`: the board and its podium, a user's performance, the values that filters take. */
import type { WireFormDetails, WireLeaderboardRow, WireOption, WireUserPerformanceRow } from '../../keepnet/wire.js';
import { type Answer, Refusal, toCrash, toSuccess } from '../answer.js';
import type { Call } from '../call.js';
import { isAllPages, toFile } from '../files.js';
import { type Body, type Columns, type PageRequest, readFilter, readOrder, slicePage } from '../filters.js';
import { type ActivityEvent, licensedProducts, type TimeSpan, toEvents, toPerformance } from '../world/activity.js';
import { LANGUAGES } from '../world/names.js';
import { type Standing, toStandings } from '../world/standings.js';
import { ACTIONS, DIFFICULTIES, PRODUCTS, TRAINING_CATEGORIES } from '../world/stories.js';
import { type TargetUser, toTargetUser } from '../world/target-users.js';
import { findUser, languageId } from './target-users.js';
import { findEvents, readPagination, toBoardAnswer, toEnumName, toEventRow, toSpan } from './timeline.js';

export function getFormDetails(): Answer {
  const details: WireFormDetails = {
    gamificationActionTypes: ACTIONS.map((action) => toOption(action, toEnumName(action))),
    gamificationProductTypes: PRODUCTS.map((product) => toOption(product.title, toEnumName(product.title))),
    gamificationScenarioDifficultyTypes: DIFFICULTIES.map((difficulty) => toOption(difficulty, difficulty)),
    gamificationTrainingCategories: TRAINING_CATEGORIES.map((category) => toOption(category, toEnumName(category))),
  };
  return toSuccess(details);
}

export function getLeaderboard(call: Call): Answer {
  const page = readPagination(call.body.pagination);
  const board = findStandings(call, page);
  const rows = slicePage(board, page).map((standing) => toRow(call, standing, board.length));
  return toBoardAnswer(call, rows, board.length, page);
}

export function exportLeaderboard(call: Call): Promise<Answer> {
  const page = readPagination(call.body.pagination);
  const board = findStandings(call, page);
  const wanted = isAllPages(call.body) ? board : slicePage(board, page);
  const rows = wanted.map((standing) => {
    const user = userOf(call, standing);
    const percent = `${standing.performance}%`;
    return [standing.rank, user.firstName, user.lastName, user.email, user.department, standing.points, percent];
  });
  const headings = ['Rank', 'First Name', 'Last Name', 'Email', 'Department', 'Points', 'Performance'];
  return toFile({ name: 'Leaderboard', headings, rows }, call.body);
}

/** The three best with any points. */
export function getTopPerformers(call: Call): Answer {
  const best = rankAll(call, toSpan(call)).filter((standing) => standing.points > 0);
  const rows = best.slice(0, PODIUM).map((standing) => toRow(call, standing, best.length));
  return toBoardAnswer(call, rows, rows.length, { pageNumber: 1, pageSize: PODIUM });
}

/** One row per licensed product, the totals repeated on each; no rows where the user did nothing in the period. */
export function getUserPerformance(call: Call): Answer {
  const span = toSpan(call);
  const user = findUser(call, call.body.targetuserresourceid);
  const events = user === null ? [] : toEvents(call.world, user.company, user.index, span);
  if (user === null || events.length === 0) return toSuccess([]);
  const standing = toStandings(call.world, user.company, span).places.find((each) => each.userIndex === user.index);
  const totals = toScore(events);
  const rows: WireUserPerformanceRow[] = licensedProducts(user.company).map((product) => ({
    rank: standing?.rank ?? 0,
    phishingTypeId: product.phishingTypeId,
    phishingType: product.title,
    performance: toScore(events.filter((event) => event.campaign.product === product)).performance,
    totalPerformance: totals.performance,
    totalPoints: totals.points,
  }));
  return toSuccess(rows);
}

/** As published: no client is known to use it, so this shape is unproven. */
export function searchWithTimeline(call: Call): Answer {
  const page = readPagination(call.body.userpagination);
  const timelinePage = call.body.includetimeline === true ? readPagination(call.body.timelinepagination) : null;
  const board = findStandings(call, page);
  const users = slicePage(board, page).map((standing) => {
    const row = toRow(call, standing, board.length);
    if (timelinePage === null) return { ...row, timeline: null, timelineTotalCount: 0 };
    const events = findEvents(call, row.targetUserResourceId, timelinePage);
    const timeline = slicePage(events, timelinePage).map((event) => toEventRow(call, event));
    return { ...row, timeline, timelineTotalCount: events.length };
  });
  return toSuccess({ users, totalUserCount: board.length, currentPage: page.pageNumber, pageSize: page.pageSize });
}

const PODIUM = 3;

function toColumns(call: Call): Columns<Standing> {
  const ofUser = (read: (user: TargetUser) => string) => (standing: Standing) => read(userOf(call, standing));
  return {
    rank: { kind: 'number', read: (standing) => standing.rank },
    points: { kind: 'number', read: (standing) => standing.points },
    performance: { kind: 'number', read: (standing) => standing.performance },
    firstname: { kind: 'text', read: ofUser((user) => user.firstName) },
    lastname: { kind: 'text', read: ofUser((user) => user.lastName) },
    fullname: { kind: 'text', read: ofUser((user) => `${user.firstName} ${user.lastName}`), isUnsortable: true },
    email: { kind: 'text', read: ofUser((user) => user.email) },
    department: { kind: 'text', read: ofUser((user) => user.department) },
    preferredlanguage: { kind: 'text', read: ofUser((user) => LANGUAGES[user.language] ?? '') },
    preferredlanguageid: {
      kind: 'set',
      read: ofUser((user) => languageId(call.world, user.language)),
      isUnsortable: true,
    },
    targetuserresourceid: { kind: 'text', read: ofUser((user) => user.resourceId), isUnsortable: true },
  };
}

function findStandings(call: Call, page: PageRequest): readonly Standing[] {
  const columns = toColumns(call);
  if (call.body.filter === null) throw new Refusal(toCrash());
  const filter = call.body.filter as Body | undefined;
  const passes = filter === undefined ? null : readFilter(filter, columns, call.style);
  const order = readOrder(page, columns);
  const ranked = rankAll(call, toSpan(call));
  const found = passes === null ? ranked : ranked.filter(passes);
  return page.orderBy === 'rank' && page.isAscending ? found : [...found].sort(order);
}

/** By rank. Without a company header the boards of all companies are poured together and ranked anew. */
function rankAll(call: Call, span: TimeSpan): readonly Standing[] {
  const boards = call.companies.map((company) => toStandings(call.world, company, span).places);
  if (boards.length === 1) return boards[0] ?? [];
  const mixed = boards.flat().sort((one, other) => other.points - one.points);
  return mixed.map((standing, place) => ({ ...standing, rank: place + 1 }));
}

function userOf(call: Call, standing: Standing): TargetUser {
  return toTargetUser(call.world, standing.company, standing.userIndex);
}

function toScore(events: readonly ActivityEvent[]): { points: number; performance: number } {
  const points = events.reduce((sum, event) => sum + event.points, 0);
  const campaigns = new Set(events.map((event) => event.campaign));
  const attainable = [...campaigns].reduce((sum, campaign) => sum + campaign.attainable, 0);
  return { points, performance: toPerformance(points, attainable) };
}

function toRow(call: Call, standing: Standing, total: number): WireLeaderboardRow {
  const user = userOf(call, standing);
  return {
    rank: standing.rank,
    targetUserResourceId: user.resourceId,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    department: user.department,
    preferredLanguage: LANGUAGES[user.language] ?? null,
    phoneNumber: user.phoneNumber,
    points: standing.points,
    performance: standing.performance,
    totalRowCount: total,
  };
}

function toOption(text: string, value: string): WireOption {
  return { text, value, extraDatas: [] };
}
