/**
 * What a Keepnet endpoint is: data, so that a list of them reads like Keepnet's own reference. Also the one function that
 * turns an endpoint and its input into a request, and the guard that no scoped request leaves without its company.
 */
import type { AppError } from '../errors.js';
import type { DateReader } from './dates.js';
import type { CompanyId, Page, PageRequest } from './rows.js';
import type { HttpRequest } from './transport.js';

interface RequestShape {
  /** Below `/api/`, in Keepnet's words, with `{name}` for what varies. It is also the name in messages and permissions. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Whether sending it twice changes nothing. Declared, since Keepnet reads by POST. */
  readonly repeatable: boolean;
}

/** Asks for one company; without its headers Keepnet would answer for all of them. */
interface ScopedRequest<Input> extends RequestShape {
  readonly scoped: true;
  toRequest(input: Input, companyId: CompanyId): RequestParts;
}

/** Asks for the credential. */
interface CredentialRequest<Input> extends RequestShape {
  readonly scoped: false;
  toRequest(input: Input): RequestParts;
}

interface AnswerShape<Output> {
  /** Where a call deserves another time than the configured one. */
  readonly timeoutMs?: number;
  /** A list that hardly ever changes: its answer is kept longer. */
  readonly isCatalogue?: true;
  /** A 404 is an answer here, and is decoded as `null`. */
  readonly absentIsNull?: true;
  /** @throws ShapeError where `data` is not what the endpoint promises. */
  decode(data: unknown, context: DecodeContext): Output;
}

export interface RequestParts {
  readonly pathValues?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface ScopedEndpoint<Input, Output> extends ScopedRequest<Input>, AnswerShape<Output> {}
export interface CredentialEndpoint<Input, Output> extends CredentialRequest<Input>, AnswerShape<Output> {}
export type Endpoint<Input, Output> = ScopedEndpoint<Input, Output> | CredentialEndpoint<Input, Output>;

export type FileFormat = 'CSV' | 'XLSX' | 'PDF';

/** The rows that `search` finds, all of them, as one file. */
export interface FileInput<Search> {
  readonly search: Search;
  readonly format: FileFormat;
}

/** Answers with a file, and with an error where it would hold no row: `table` finds the same rows by pages. */
export interface ScopedFile<Search> extends ScopedRequest<FileInput<Search>> {
  readonly table: ScopedEndpoint<Search & PageRequest, Page<unknown>>;
}
export interface CredentialFile<Search> extends CredentialRequest<FileInput<Search>> {
  readonly table: CredentialEndpoint<Search & PageRequest, Page<unknown>>;
}
export type FileEndpoint<Search> = ScopedFile<Search> | CredentialFile<Search>;

/** One call. A scoped endpoint does not type-check without a company. @throws AppError only */
export interface Call {
  <Input, Output>(endpoint: ScopedEndpoint<Input, Output>, input: Input, companyId: CompanyId): Promise<Output>;
  <Input, Output>(endpoint: CredentialEndpoint<Input, Output>, input: Input): Promise<Output>;
}

export interface DecodeContext {
  readonly dates: DateReader;
  readonly nowMs: number;
  /** Stands in the place of a date that cannot be read. */
  unreadableDate(): AppError;
}

/** The answer is not what the endpoint promises. The message names keys and types, never values. */
export class ShapeError extends Error {}

/** `target-users/search` → `POST target-users/search`. */
export function toOperation(endpoint: { method: string; path: string }): string {
  return `${endpoint.method} ${endpoint.path}`;
}

/** @throws Error, which is a fault of this program: a scoped endpoint without a company, or a path value that is no id. */
export function buildRequest<Input>(
  endpoint: ScopedRequest<Input> | CredentialRequest<Input>,
  input: Input,
  companyId: CompanyId | null,
): HttpRequest {
  const { pathValues = {}, body } = endpoint.scoped
    ? endpoint.toRequest(input, requireCompany(endpoint, companyId))
    : endpoint.toRequest(input);
  return {
    method: endpoint.method,
    path: `/api/${fillPath(endpoint.path, pathValues)}`,
    headers: {
      accept: 'table' in endpoint ? '*/*' : 'application/json',
      ...(endpoint.scoped ? companyHeaders(requireCompany(endpoint, companyId)) : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** Checked where a company id enters (the company list) and again where it leaves (here). */
export function isCompanyId(id: unknown): id is CompanyId {
  return typeof id === 'string' && /^[A-Za-z0-9]{6,64}$/.test(id);
}

/** @throws Error, which is a fault of this program: a scoped endpoint without a company. */
export function requireCompany(endpoint: { method: string; path: string }, companyId: CompanyId | null): CompanyId {
  if (!isCompanyId(companyId))
    throw new Error(`${toOperation(endpoint)} is scoped and was called without a company id`);
  return companyId;
}

/** Keepnet's services read one or the other; both are needed to be sure. */
function companyHeaders(companyId: CompanyId): Record<string, string> {
  return { 'x-keepnet-company-id': companyId, 'x-ir-company-id': companyId };
}

function fillPath(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined || !/^[A-Za-z0-9_-]{1,128}$/.test(value)) {
      throw new Error(`${template}: the value of {${name}} is not an id`);
    }
    return encodeURIComponent(value);
  });
}
