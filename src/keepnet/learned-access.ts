/**
 * What Keepnet's refusals taught about companies, for a minute: long enough to spare an operation its further calls, short
 * enough that a customer who opens its data is seen soon. Bounded; the oldest lesson is forgotten first.
 */
import type { CompanyId } from './rows.js';

export type LearnedState = 'PRIVACY_DENIED' | 'FORBIDDEN';

export interface LearnedAccess {
  learn(companyId: CompanyId, state: LearnedState): void;
  /** Null where nothing is known against the company. */
  look(companyId: CompanyId): LearnedState | null;
}

export function createLearnedAccess(): LearnedAccess {
  const lessons = new Map<CompanyId, { readonly state: LearnedState; readonly untilMs: number }>();
  return {
    learn(companyId, state) {
      lessons.delete(companyId);
      lessons.set(companyId, { state, untilMs: Date.now() + KEPT_MS });
      const [oldest] = lessons.keys();
      if (lessons.size > MAX_LESSONS && oldest !== undefined) lessons.delete(oldest);
    },
    look(companyId) {
      const lesson = lessons.get(companyId);
      if (lesson === undefined) return null;
      if (Date.now() < lesson.untilMs) return lesson.state;
      lessons.delete(companyId);
      return null;
    },
  };
}

const KEPT_MS = 60_000;
const MAX_LESSONS = 10_000;
