/** All customers taken together, and whom the sums speak for. Exits with 3 where they do not speak for all. */
import { ask, readServer } from './client.js';
import { PortfolioTotalsDocument } from './generated/operations.js';

const { data, errors } = await ask(readServer(), PortfolioTotalsDocument, {});
const { portfolio } = data;
if (portfolio === null) throw new Error(errors[0]?.message);

const { companyCount, userTotals, license, countSummary } = portfolio;
console.log(
  `${companyCount} customers, ${userTotals.active} active users, ${userTotals.addedThisMonth} added this month`,
);
console.log(
  `${license.seatsUsed} of ${license.seats} seats used; ${license.companiesOverLimit} customers over their limit`,
);
console.log(`${license.companiesExpiring} licences end within 60 days`);

const coverage = countSummary?.coverage;
console.log(`asked today: ${countSummary?.active ?? 'unknown'} active users`);
if (coverage?.complete !== true) {
  console.error(`${coverage?.answered ?? 0} of ${coverage?.companiesInScope ?? companyCount} customers answered`);
  for (const { companyName, message, code } of coverage?.gaps ?? [])
    console.error(`${companyName}: ${message} (${code})`);
  process.exitCode = 3;
}
