/**
 * Starting, repeating and cancelling exports. A mutation answers when the job is on disk; the rows are fetched later, in the lane
 * behind all queries. What it costs now is finding the companies.
 */
import { type GraphQLResolveInfo, getNamedType, isInputObjectType } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import type { ExportKind } from '../../exports/job.js';
import { CheckArguments } from '../check-arguments.js';
import type { GraphContext } from '../context.js';
import { parseExportJobId } from '../ids.js';
import { Price } from '../price.js';
import { startableExportsOf } from './caller-exports.js';
import {
  ExportCompaniesInput,
  ExportLeaderboardInput,
  ExportTargetUsersInput,
  ExportUserTimelineInput,
} from './export.input.js';
import { ExportJob, ExportPayload, toExportJob } from './export-job.type.js';
import {
  type ExportQuestion,
  parseExportCompanies,
  parseExportLeaderboard,
  parseExportTargetUsers,
  parseExportUserTimeline,
} from './export-question.js';
import { resolveTargets } from './resolve-targets.js';
import { toWrittenInput, type WrittenInput } from './written-input.js';

const INPUT = { description: 'What to export, and as what.' };
const NOW = 'Costs the directory now, or 1 Keepnet call for each 100 companies that a filter finds';

@Resolver(() => ExportJob)
export class ExportResolver {
  @Mutation(() => ExportPayload, {
    description: `Exports leaderboards. ${NOW}; the job makes about 1 call for each 100 users of a company.`,
  })
  @CheckArguments(parseExportLeaderboard)
  @Price({ per: 'operation', call: 'directory' })
  exportLeaderboard(
    @Arg('input', () => ExportLeaderboardInput, INPUT) input: ExportLeaderboardInput,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ExportPayload> {
    return startExport(parseExportLeaderboard({ input }), readWritten(input, info), context);
  }

  @Mutation(() => ExportPayload, {
    description: `Exports target users. ${NOW}; the job makes about 1 call for each 100 users of a company.`,
  })
  @CheckArguments(parseExportTargetUsers)
  @Price({ per: 'operation', call: 'directory' })
  exportTargetUsers(
    @Arg('input', () => ExportTargetUsersInput, INPUT) input: ExportTargetUsersInput,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ExportPayload> {
    return startExport(parseExportTargetUsers({ input }), readWritten(input, info), context);
  }

  @Mutation(() => ExportPayload, {
    description:
      'Exports what users of one company did. Costs the directory now; the job makes 1 call for each user, and 1 for each further 100 events.',
  })
  @CheckArguments(parseExportUserTimeline)
  @Price({ per: 'operation', call: 'directory' })
  exportUserTimeline(
    @Arg('input', () => ExportUserTimelineInput, INPUT) input: ExportUserTimelineInput,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ExportPayload> {
    return startExport(parseExportUserTimeline({ input }), readWritten(input, info), context);
  }

  @Mutation(() => ExportPayload, {
    description: 'Exports the list of companies. Free now; the job makes 1 call for each 100 companies.',
  })
  @CheckArguments(parseExportCompanies)
  exportCompanies(
    @Arg('input', () => ExportCompaniesInput, INPUT) input: ExportCompaniesInput,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ExportPayload> {
    return startExport(parseExportCompanies({ input }), readWritten(input, info), context);
  }

  @Mutation(() => ExportPayload, {
    description:
      'Asks the companies that failed again, and only those. BAD_USER_INPUT where none did. Free now; the job makes their calls.',
  })
  @CheckArguments(({ id }: { id: string }) => parseExportJobId(id, 'id'))
  async retryExport(
    @Arg('id', () => ID, { description: 'Global or raw id of the export.' }) id: string,
    @Ctx() context: GraphContext,
  ): Promise<ExportPayload> {
    return { job: toExportJob(await startableExportsOf(context).retry(parseExportJobId(id, 'id'))) };
  }

  @Mutation(() => ExportPayload, {
    description: 'Stops an export and removes what it has. One that is finished stays as it is. Free.',
  })
  @CheckArguments(({ id }: { id: string }) => parseExportJobId(id, 'id'))
  async cancelExport(
    @Arg('id', () => ID, { description: 'Global or raw id of the export.' }) id: string,
    @Ctx() context: GraphContext,
  ): Promise<ExportPayload> {
    return { job: toExportJob(await startableExportsOf(context).cancel(parseExportJobId(id, 'id'))) };
  }
}

async function startExport(
  { companies, file, users, idempotencyKey }: ExportQuestion,
  written: WrittenInput,
  context: GraphContext,
): Promise<ExportPayload> {
  const exports = startableExportsOf(context);
  const targets = await resolveTargets(companies, context.loaders);
  const row = await exports.enqueue({
    request: { ...file, variables: toVariables(written, users) },
    targets,
    idempotencyKey,
    inputText: toInputText(file.kind, written),
  });
  return { job: toExportJob(row) };
}

/** What the documents of the rows take, under the names of their arguments; what was not written is left to their defaults. */
function toVariables({ period, filter, orderBy, direction }: WrittenInput, users: readonly string[] | null) {
  const entries = Object.entries({ period, filter, orderBy, direction, users: users ?? undefined });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** The key itself is left out: it is what the text is kept under. */
function toInputText(kind: ExportKind, { idempotencyKey: _key, ...rest }: WrittenInput): string {
  return JSON.stringify({ kind, ...rest });
}

function readWritten(input: object, { parentType, fieldName }: GraphQLResolveInfo): WrittenInput {
  const type = getNamedType(parentType.getFields()[fieldName]?.args.find(({ name }) => name === 'input')?.type);
  if (!isInputObjectType(type)) throw new Error(`${fieldName} takes no input object`);
  return toWrittenInput(input, type);
}
