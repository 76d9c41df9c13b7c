/** The order of companies for people to read: by name, numbers in it as numbers, whatever the case; then by id, so that it never changes. */

interface NamedCompany {
  readonly companyId: string;
  readonly companyName: string;
}

const NAMES = new Intl.Collator('en', { numeric: true });

export function compareNames(left: NamedCompany, right: NamedCompany): number {
  return NAMES.compare(left.companyName, right.companyName) || (left.companyId < right.companyId ? -1 : 1);
}
