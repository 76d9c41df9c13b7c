/** Exports that were started: one, the list, and what hangs on a job. Nothing here asks Keepnet. */
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { CheckArguments } from '../check-arguments.js';
import { type Connection, toConnection } from '../connection.js';
import type { GraphContext } from '../context.js';
import { Coverage } from '../coverage.type.js';
import { parseExportJobId } from '../ids.js';
import { exportsOf } from './caller-exports.js';
import { toExportCoverage } from './export-coverage.js';
import { ExportJobsArgs, ExportPartsArgs, parseExportJobsArgs, parseExportPartsArgs } from './export-job.args.js';
import {
  ExportFile,
  ExportJob,
  ExportJobConnection,
  type ExportPart,
  ExportPartConnection,
  toExportJob,
  toExportPart,
  toInstantText,
} from './export-job.type.js';

@Resolver(() => ExportJob)
export class ExportJobResolver {
  @Query(() => ExportJob, {
    nullable: true,
    description: 'An export of yours; EXPORT_NOT_FOUND where there is none. Free.',
  })
  @CheckArguments(({ id }: { id: string }) => parseExportJobId(id, 'id'))
  exportJob(
    @Arg('id', () => ID, { description: 'Global or raw id.' }) id: string,
    @Ctx() context: GraphContext,
  ): Promise<ExportJob> {
    return findExportJob(parseExportJobId(id, 'id'), context);
  }

  @Query(() => ExportJobConnection, {
    description: 'Your exports, newest first. One that is started meanwhile shifts the pages. Free.',
  })
  @CheckArguments(parseExportJobsArgs)
  async exportJobs(
    @Args(() => ExportJobsArgs) args: ExportJobsArgs,
    @Ctx() context: GraphContext,
  ): Promise<Connection<ExportJob>> {
    const { window, scope, states } = parseExportJobsArgs(args);
    const { offset, first } = window;
    const { items, totalCount } = await exportsOf(context).list({ offset, limit: first, states });
    return toConnection({ rows: items, totalCount }, window, { scope }, (row) => toExportJob(row));
  }

  @FieldResolver(() => [ExportFile], {
    description:
      'Its files, with addresses that are made anew each time; none before the end, after `expiresAt`, and where you may not see all of its companies any more. Free, or the directory where you do not see all companies.',
  })
  async files(@Root() { row }: ExportJob, @Ctx() context: GraphContext): Promise<ExportFile[]> {
    if (row.state === 'EXPIRED' || row.files.length === 0) return [];
    const exports = exportsOf(context);
    if (!(await exports.isStillGranted(row))) return [];
    return row.files.map(({ name, mediaType, bytes, rows, sha256 }) => {
      const { url, expiresAtMs } = exports.link(row.id, name);
      return { name, mediaType, bytes, rows, sha256, url, urlExpiresAt: toInstantText(expiresAtMs) };
    });
  }

  @FieldResolver(() => ExportPartConnection, {
    description: 'Its companies, in the order in which they stand in the file. Free.',
  })
  @CheckArguments((args: ExportPartsArgs) => parseExportPartsArgs(args))
  async parts(
    @Root() { row }: ExportJob,
    @Args(() => ExportPartsArgs) args: ExportPartsArgs,
    @Ctx() context: GraphContext,
  ): Promise<Connection<ExportPart>> {
    const { window, scope, states } = parseExportPartsArgs(args, row.id);
    const { offset, first } = window;
    const { items, totalCount } = await exportsOf(context).parts(row, { offset, limit: first, states });
    return toConnection({ rows: items, totalCount }, window, { scope, ownerId: row.id }, toExportPart);
  }

  @FieldResolver(() => Coverage, { description: 'Which of its companies are in, and which are missing. Free.' })
  coverage(@Root() { row }: ExportJob, @Ctx() context: GraphContext): Coverage {
    return toExportCoverage(row, exportsOf(context));
  }
}

/** Throws EXPORT_NOT_FOUND. */
export async function findExportJob(jobId: string, context: GraphContext): Promise<ExportJob> {
  return toExportJob(await exportsOf(context).find(jobId));
}
