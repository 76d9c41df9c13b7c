/**
 * Compares TypeScript types with OpenAPI schemas, property by property and down through arrays and references.
 * A finding is one line, `<operation> <request|response> <path>: <what differs>`, so that findings can be listed and matched.
 * Requests are compared by name without case (Keepnet binds JSON so); responses exactly.
 */
import ts from 'typescript';

export interface Schema {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** What one operation sends and gets, as type expressions over the declarations: `WireEnvelope<WireCompanyRow[]>`. */
export interface Exchange {
  readonly operation: `${'GET' | 'POST'} ${string}`;
  readonly request?: string;
  /** Absent where it is a file, of which the description says nothing. */
  readonly response?: string;
}

export interface Comparison {
  readonly findings: string[];
  /** Names of the declared interfaces that the comparison came through. */
  readonly reached: Set<string>;
}

/** Throws when an operation, or its 2xx body, is not in the description; a wrong type expression is a thrown compiler message. */
export function compareWire(declarations: string, openApi: OpenApi, exchanges: readonly Exchange[]): Comparison {
  const expressions = exchanges.flatMap(({ request, response }) => [request ?? 'never', response ?? 'never']);
  const { checker, types } = compile(declarations, expressions);
  const walk = new Walk(checker, openApi);
  exchanges.forEach(({ operation, request, response }, index) => {
    const published = findOperation(openApi, operation);
    if (request) walk.compare(`${operation} request`, at(types, 2 * index), requestSchema(operation, published));
    if (response) walk.compare(`${operation} response`, at(types, 2 * index + 1), responseSchema(operation, published));
  });
  return { findings: walk.findings, reached: walk.reached };
}

type Kind = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'unknown';

class Walk {
  readonly findings: string[] = [];
  readonly reached = new Set<string>();
  readonly #onTheWay = new Set<string>();
  readonly #checker: ts.TypeChecker;
  readonly #openApi: OpenApi;

  constructor(checker: ts.TypeChecker, openApi: OpenApi) {
    this.#checker = checker;
    this.#openApi = openApi;
  }

  compare(path: string, type: ts.Type, reference: Schema): void {
    const schema = this.#resolve(reference);
    const parts = (type.isUnion() ? type.types : [type]).filter((part) => !(part.flags & EMPTY));
    const ours = [...new Set(parts.map((part) => this.#kindOf(part)))].sort().join(' or ');
    const theirs = kindOfSchema(schema);
    if (ours !== theirs) this.findings.push(`${path}: ${theirs} in the description, ${ours} here`);
    // Where we take more shapes than one, the published one is still compared to its end.
    const part = parts.find((candidate) => this.#kindOf(candidate) === theirs);
    if (!part) return;
    if (theirs === 'array') this.compare(`${path}[]`, this.#elementOf(part), schema.items ?? {});
    if (theirs === 'object') this.#compareObject(path, part, reference);
  }

  #compareObject(path: string, type: ts.Type, reference: Schema): void {
    const name = type.getSymbol()?.name ?? '';
    this.reached.add(name);
    // A type inside itself (children, nested filter groups) says nothing new the second time.
    const step = `${name} ${reference.$ref ?? ''}`;
    if (reference.$ref && this.#onTheWay.has(step)) return;
    this.#onTheWay.add(step);
    const isRequest = path.includes(' request');
    const spell = (key: string) => (isRequest ? key.toLowerCase() : key);
    const schema = this.#resolve(reference);
    const published = new Map(
      Object.entries(schema.properties ?? {}).map(([key, value]) => [spell(key), { key, value }]),
    );
    const required = new Set((schema.required ?? []).map(spell));
    const separator = / (request|response)$/.test(path) ? ' ' : '.';
    for (const property of type.getProperties()) {
      const place = `${path}${separator}${property.name}`;
      const theirs = published.get(spell(property.name));
      published.delete(spell(property.name));
      if (!theirs) this.findings.push(`${place}: not in the description`);
      else
        this.#compareProperty(place, property, theirs.value, {
          isRequest,
          isRequired: required.has(spell(property.name)),
        });
    }
    for (const { key } of published.values()) this.findings.push(`${path}${separator}${key}: not declared here`);
    this.#onTheWay.delete(step);
  }

  #compareProperty(
    place: string,
    property: ts.Symbol,
    schema: Schema,
    { isRequest, isRequired }: { isRequest: boolean; isRequired: boolean },
  ): void {
    const type = this.#checker.getTypeOfSymbol(property);
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const parts = type.isUnion() ? type.types : [type];
    const admitsNull = parts.some((part) => part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Unknown));
    const isNullable = this.#resolve(schema).nullable ?? false;
    // What we send may be stricter than what Keepnet takes; what we trust may not be stricter than what it promises.
    if (isRequest && isRequired && isOptional)
      this.findings.push(`${place}: required by the description, optional here`);
    if (isRequest && admitsNull && !isNullable)
      this.findings.push(`${place}: may be null here, not in the description`);
    if (!isRequest && !isRequired && !isOptional)
      this.findings.push(`${place}: optional in the description, required here`);
    if (!isRequest && isNullable && !admitsNull)
      this.findings.push(`${place}: may be null in the description, not here`);
    this.compare(place, type, schema);
  }

  #resolve(schema: Schema): Schema {
    if (!schema.$ref) return schema;
    const name = decodeURIComponent(schema.$ref.replace('#/components/schemas/', ''));
    const found = this.#openApi.components.schemas[name];
    if (!found) throw new Error(`the description refers to a schema that it does not hold: ${name}`);
    return found;
  }

  #kindOf(type: ts.Type): Kind {
    if (type.flags & ts.TypeFlags.StringLike) return 'string';
    if (type.flags & ts.TypeFlags.NumberLike) return 'number';
    if (type.flags & ts.TypeFlags.BooleanLike) return 'boolean';
    if (this.#checker.isArrayType(type)) return 'array';
    return type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) ? 'object' : 'unknown';
  }

  #elementOf(array: ts.Type): ts.Type {
    return at(this.#checker.getTypeArguments(array as ts.TypeReference), 0);
  }
}

const EMPTY = ts.TypeFlags.Null | ts.TypeFlags.Undefined;
const VIRTUAL_FILE = '/wire-under-comparison.ts';

function kindOfSchema({ type }: Schema): Kind {
  if (type === undefined) return 'unknown';
  return type === 'integer' ? 'number' : (type as Kind);
}

function compile(declarations: string, expressions: readonly string[]): { checker: ts.TypeChecker; types: ts.Type[] } {
  const aliases = expressions.map((expression, index) => `export type Compared${index} = ${expression};`);
  const source = ts.createSourceFile(VIRTUAL_FILE, [declarations, ...aliases].join('\n'), ts.ScriptTarget.ES2023, true);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es5.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readLibrary = host.getSourceFile;
  host.getSourceFile = (name, ...rest) => (name === VIRTUAL_FILE ? source : readLibrary(name, ...rest));
  const program = ts.createProgram([VIRTUAL_FILE], options, host);
  const [problem] = program.getSemanticDiagnostics(source);
  if (problem) throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
  const checker = program.getTypeChecker();
  const types = source.statements.slice(-aliases.length).map((alias) => checker.getTypeAtLocation(alias));
  return { checker, types };
}

function findOperation(openApi: OpenApi, name: Exchange['operation']): Operation {
  const [method = '', path = ''] = name.split(' ');
  const operation = openApi.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`not in the description: ${name}`);
  return operation;
}

function requestSchema(name: string, { requestBody }: Operation): Schema {
  const schema = requestBody?.content['application/json']?.schema;
  if (!schema) throw new Error(`no JSON request body in the description: ${name}`);
  return schema;
}

function responseSchema(name: string, { responses }: Operation): Schema {
  const [, success] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  const schema = success?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`no JSON answer in the description: ${name}`);
  return schema;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`nothing at ${index} of ${items.length}`);
  return item;
}
