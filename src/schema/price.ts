/**
 * What an operation will cost, in Keepnet calls, before it runs: an upper bound that assumes full pages, of as many companies as the
 * caller is known to have, nothing kept and nothing shared with others. A field says with `@Price` what it costs; the same question
 * asked twice is counted once.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { DEFAULT_PAGE_SIZE } from './connection.js';

export interface FieldPrice {
  /** One call for each company above, for each entry of the list above, or one for the whole operation. */
  readonly per: 'company' | 'entry' | 'operation';
  /** Fields of the same parent that name the same call are answered by one. */
  readonly call?: string;
  /** How many entries the answer has, for a list without `first`. */
  readonly entries?: number;
  /** Where it may take more than one. */
  readonly calls?: number;
  /** The entries are companies: never more than the caller has. */
  readonly listsCompanies?: true;
}

export function Price(price: FieldPrice): MethodDecorator & PropertyDecorator {
  return Extensions({ price });
}

export function priceOf(field: GraphQLField<unknown, unknown>): FieldPrice | undefined {
  return field.extensions.price as FieldPrice | undefined;
}

/** Where the walk stands: how many companies and entries are above, and what question they answer. */
interface Frame {
  readonly companies: number;
  readonly entries: number;
  readonly companyQuestion: string;
  readonly question: string;
}

const ROOT: Frame = { companies: 1, entries: 1, companyQuestion: '', question: '' };

/** `mostCompanies` is asked where companies are listed, and only there. */
export function predictCalls(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
  mostCompanies: () => number = () => Number.POSITIVE_INFINITY,
): number {
  const typeInfo = new TypeInfo(schema);
  const priceByQuestion = new Map<string, number>();
  const frames: Frame[] = [ROOT];
  const operation = separateOperations(document)[operationName ?? ''] ?? document;
  const enter = (node: FieldNode) => {
    const above = frames.at(-1) ?? ROOT;
    const field = typeInfo.getFieldDef();
    const isRoot = typeInfo.getParentType()?.name === 'Query';
    const frame = field ? toFrame(above, field, { node, variables, isRoot, mostCompanies }) : above;
    const price = field && priceOf(field);
    if (price) addPrice(priceByQuestion, price, isRoot ? frame : above, frame.question);
    frames.push(frame);
  };
  const walker = { Field: { enter, leave: () => void frames.pop() } };
  visit(inlineFragments(operation), visitWithTypeInfo(typeInfo, walker));
  return [...priceByQuestion.values()].reduce((sum, calls) => sum + calls, 0);
}

/** `payer` is what is above the field; at the root it is the field itself, which may name several ids. */
function addPrice(prices: Map<string, number>, price: FieldPrice, payer: Frame, question: string): void {
  const { per, call, calls = 1 } = price;
  if (per === 'operation') prices.set(call ?? question, calls);
  else if (per === 'company') prices.set(call ? `${payer.companyQuestion} ${call}` : question, calls * payer.companies);
  else prices.set(call ? `${payer.question} ${call}` : question, calls * payer.entries);
}

interface FieldPlace {
  readonly node: FieldNode;
  readonly variables: Record<string, unknown>;
  readonly isRoot: boolean;
  readonly mostCompanies: () => number;
}

function toFrame(above: Frame, field: GraphQLField<unknown, unknown>, place: FieldPlace): Frame {
  const { node, variables, isRoot, mostCompanies } = place;
  const price = priceOf(field);
  const takesFirst = field.args.some(({ name }) => name === 'first');
  // `nodes`, `edges`, `license` and the like: the same entries, looked at more closely.
  if (price === undefined && !isRoot) return { ...above, question: `${above.question}.${field.name}` };
  const args = field.args.length === 0 ? {} : getArgumentValues(field, node, variables);
  const { first, ids } = args as { first?: number | null; ids?: readonly unknown[] };
  const told = takesFirst ? (first ?? DEFAULT_PAGE_SIZE) : (ids?.length ?? price?.entries ?? 1);
  const fan = price?.listsCompanies ? Math.min(told, mostCompanies()) : told;
  const question = `${above.question}.${field.name}(${JSON.stringify(args)})`;
  const entries = above.entries * fan;
  return isRoot
    ? { companies: entries, entries, companyQuestion: question, question }
    : { companies: above.companies, entries, companyQuestion: above.companyQuestion, question };
}

/** A fragment costs where it is spread, under what is above it there. Cycles were refused by validation. */
function inlineFragments(document: DocumentNode): DocumentNode {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === 'FragmentDefinition' ? [[node.name.value, node]] : [])),
  );
  const operations = document.definitions.filter((node) => node.kind === 'OperationDefinition');
  const inline = <Node extends DocumentNode>(root: Node): Node =>
    visit(root, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined) return undefined;
        const { typeCondition, directives, selectionSet } = fragment;
        return { kind: 'InlineFragment', typeCondition, directives, selectionSet } as const;
      },
    });
  return inline({ ...document, definitions: operations });
}
