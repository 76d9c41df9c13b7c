/** What the server answers about tables, as far as this page reads it. The door is `src/http/tables.ts`. */

export interface TableEntry {
  readonly name: string;
  readonly description: string;
  readonly per: 'COMPANY' | 'LIST';
  /** `companies` among them where the table is per company. */
  readonly parameters: readonly TableParameter[];
}

export interface TableParameter {
  readonly name: string;
  /** As GraphQL writes it: `Date`, `[ID!]`. */
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** The words that are possible, where it is no free text. */
  readonly values?: readonly string[];
}

export interface TableColumn {
  readonly name: string;
  readonly type: 'TEXT' | 'ID' | 'INTEGER' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'DATE_TIME';
  readonly description: string;
  readonly isNullable: boolean;
}

export interface TablePage {
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly next: string | null;
  readonly coverage: Coverage;
}

export interface Coverage {
  readonly companiesInScope: number;
  readonly answered: number;
  readonly restricted: number;
  readonly failed: number;
  /** Companies that were not come to yet. */
  readonly skipped: number;
  readonly gaps: readonly Gap[];
}

export interface Gap {
  readonly companyName: string;
  readonly code: string;
  readonly message: string;
}
