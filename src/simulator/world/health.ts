/**
 * Which customer is in which state. Tests rely on this table: company number `n` (from 0, in the order of creation of the
 * simulated list, `resellerCompanies[n]`) has the state of position `n % 25`, so that each block of 25 has the same mixture
 * and the first ten already hold an over-limit, a privacy-closed, an expired and an inactive customer.
 */

export type CompanyHealth =
  | 'healthy'
  /** More active users than seats. */
  | 'overLimit'
  /** As many active users as seats: not over the limit. */
  | 'atLimit'
  /** `privacyDurationId` 0: listed, but every scoped call is 403 `PRIVACY_ERROR`. */
  | 'privacyClosed'
  /** Every scoped call is 403 `IP_RESTRICTED`; nothing in the list tells. */
  | 'ipRestricted'
  /** The licence ended some months ago; calls are answered all the same. */
  | 'expired'
  /** Users, but no campaign ever ran: no timeline, empty widgets. */
  | 'noActivity'
  /** No users at all. */
  | 'empty'
  /** No seat limit. */
  | 'unlimited'
  /** Open to the reseller for 8 hours, 1 day and 7 days (`privacyDurationId` 3, 4, 5), with an end time. */
  | 'openFor8Hours'
  | 'openFor1Day'
  | 'openFor7Days'
  /** Itself a reseller; the three positions after it are its customers. */
  | 'subReseller'
  | 'subResellerCustomer';

export const COMPANIES_PER_BLOCK = 25;

export const HEALTH_BY_POSITION: readonly CompanyHealth[] = [
  /*  0 */ 'healthy',
  /*  1 */ 'healthy',
  /*  2 */ 'overLimit',
  /*  3 */ 'healthy',
  /*  4 */ 'privacyClosed',
  /*  5 */ 'healthy',
  /*  6 */ 'expired',
  /*  7 */ 'healthy',
  /*  8 */ 'noActivity',
  /*  9 */ 'healthy',
  /* 10 */ 'ipRestricted',
  /* 11 */ 'healthy',
  /* 12 */ 'empty',
  /* 13 */ 'atLimit',
  /* 14 */ 'unlimited',
  /* 15 */ 'openFor8Hours',
  /* 16 */ 'openFor1Day',
  /* 17 */ 'openFor7Days',
  /* 18 */ 'healthy',
  /* 19 */ 'healthy',
  /* 20 */ 'subReseller',
  /* 21 */ 'subResellerCustomer',
  /* 22 */ 'subResellerCustomer',
  /* 23 */ 'subResellerCustomer',
  /* 24 */ 'healthy',
];

export function toHealth(companyNumber: number): CompanyHealth {
  return HEALTH_BY_POSITION[companyNumber % COMPANIES_PER_BLOCK] ?? 'healthy';
}
