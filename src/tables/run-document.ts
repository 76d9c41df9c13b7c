/** How the rooms above run a document for this one, which knows no graph. */
import type { DocumentNode, ExecutionResult } from 'graphql';

export interface RunContext {
  readonly signal: AbortSignal;
  /** Of whoever wants the rows, for logs and for fair turns. */
  readonly requestId: string;
}

export interface DocumentAnswer extends ExecutionResult {
  /** When the oldest of what it is made of was read from Keepnet, in milliseconds since 1970; just now unless told. */
  readonly asOfMs?: number;
}

/** Resolves with errors in the result where fields failed; their `originalError` is what was thrown. */
export type RunDocument = (
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  context: RunContext,
) => Promise<DocumentAnswer>;
