/**
 * Global ids: readable, and carrying the company, so that whatever they name can be asked for under its company.
 * `Company:xC5kfGz7w2Nz`, `TargetUser:xC5kfGz7w2Nz:aB3dE5fG7hJ9`. Arguments take these or the raw Keepnet resource id. An export
 * job belongs to no company: `ExportJob:` and its own id.
 */
import { badInput } from '../errors.js';

const RESOURCE_ID = /^[A-Za-z0-9]{6,64}$/;
/** Longer than the longest type name and two resource ids. */
const MAX_ID_LENGTH = 256;

/** What lives inside a company and is found through it. */
export type ScopedType = 'TargetUser' | 'ExecutiveReport';

export type ParsedId =
  | { readonly type: 'Company'; readonly companyId: string }
  | { readonly type: ScopedType; readonly companyId: string; readonly resourceId: string }
  | { readonly type: 'ExportJob'; readonly jobId: string };

export function toCompanyGlobalId(companyId: string): string {
  return `Company:${companyId}`;
}

export function toGlobalId(type: ScopedType, companyId: string, resourceId: string): string {
  return `${type}:${companyId}:${resourceId}`;
}

export function toExportJobGlobalId(jobId: string): string {
  return `ExportJob:${jobId}`;
}

/** A global id of any type. Throws BAD_USER_INPUT that names `argument`. */
export function parseGlobalId(id: string, argument: string): ParsedId {
  const [type, companyId = '', resourceId, ...rest] = id.length > MAX_ID_LENGTH ? [] : id.split(':');
  if (rest.length === 0 && RESOURCE_ID.test(companyId)) {
    if (type === 'Company' && resourceId === undefined) return { type, companyId };
    if (type === 'ExportJob' && resourceId === undefined) return { type, jobId: companyId };
    if ((type === 'TargetUser' || type === 'ExecutiveReport') && RESOURCE_ID.test(resourceId ?? '')) {
      return { type, companyId, resourceId: resourceId ?? '' };
    }
  }
  throw badInput(argument, `expected an id such as "Company:xC5kfGz7w2Nz", ${toGot(id)}`);
}

/** The resource id of a company, from its global or raw id. Throws BAD_USER_INPUT that names `argument`. */
export function parseCompanyId(id: string, argument: string): string {
  if (RESOURCE_ID.test(id)) return id;
  const parsed = parseGlobalId(id, argument);
  if (parsed.type !== 'Company')
    throw badInput(argument, `expected the id of a Company, got the id of a ${parsed.type}`);
  return parsed.companyId;
}

/** The id of an export job, from its global or raw id. Throws BAD_USER_INPUT that names `argument`. */
export function parseExportJobId(id: string, argument: string): string {
  if (RESOURCE_ID.test(id)) return id;
  const parsed = parseGlobalId(id, argument);
  if (parsed.type !== 'ExportJob') {
    throw badInput(argument, `expected the id of an ExportJob, got the id of a ${parsed.type}`);
  }
  return parsed.jobId;
}

/**
 * The resource id of something inside a company, from its global or raw id; `companyId` is null where the raw id does not
 * tell. Throws BAD_USER_INPUT that names `argument`.
 */
export function parseScopedId(
  type: ScopedType,
  id: string,
  argument: string,
): { readonly companyId: string | null; readonly resourceId: string } {
  if (RESOURCE_ID.test(id)) return { companyId: null, resourceId: id };
  const parsed = parseGlobalId(id, argument);
  if (parsed.type !== type) throw badInput(argument, `expected the id of a ${type}, got the id of a ${parsed.type}`);
  return parsed;
}

/** A raw Keepnet resource id. Throws BAD_USER_INPUT that names `argument`. */
export function parseResourceId(id: string, argument: string): string {
  if (!RESOURCE_ID.test(id)) throw badInput(argument, `expected 6 to 64 letters and digits, ${toGot(id)}`);
  return id;
}

/** Quotes what came, shortened and with control characters made visible. */
function toGot(id: string): string {
  const shown = id.length > 40 ? `${id.slice(0, 40)}…` : id;
  return `got: ${JSON.stringify(shown)}`;
}
