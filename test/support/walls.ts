/**
 * Reads source files, as texts, and says which of them break the order of the house: the rooms and who may import whom, and
 * the few habits that hold the rooms apart. Knows no file system, so that a test can plant a fault and see it found.
 */
import ts from 'typescript';

export interface SourceText {
  /** From the top of the project, with slashes: `src/http/server.ts`. */
  readonly path: string;
  readonly text: string;
}

/** By room: the rooms that it may import; `:type` for `import type` only. Its own files are always open to it. */
export type Walls = Readonly<Record<string, readonly string[]>>;

/** `src/keepnet/endpoints/companies.ts` is in keepnet, `src/app.ts` in app; null where no room has that name. */
export function roomOf(path: string, walls: Walls): string | null {
  const [top, second = ''] = path.split('/');
  const name = top === 'src' ? second.replace(/\.ts$/, '') : (top ?? '');
  const room = ROOM_OF_FILE[name] ?? name.replace(/^(app|cli|telemetry)-.*/, '$1');
  return Object.hasOwn(walls, room) ? room : null;
}

/** Files that belong to a room of another name, beside `app-*`, `cli-*` and `telemetry-*`. */
const ROOM_OF_FILE: Readonly<Record<string, string>> = {
  variables: 'config',
  'variable-kinds': 'config',
  'read-variable': 'config',
};

export function findStrays(files: readonly SourceText[], walls: Walls): string[] {
  return files.filter(({ path }) => roomOf(path, walls) === null).map(({ path }) => `${path} is in no room`);
}

/** Each line: who imports what, and why it may not. */
export function findForbiddenImports(files: readonly SourceText[], walls: Walls): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path, walls);
    if (room === null) return [];
    const open = walls[room] ?? [];
    return readImports(file).flatMap(({ target, isType }) => {
      const other = roomOf(target, walls);
      if (other === null) return [`${file.path} imports ${target}, which is in no room`];
      if (other === room || open.includes(other) || (isType && open.includes(`${other}:type`))) return [];
      return [`${file.path} imports ${target}: ${room} may not import ${isType ? 'types of ' : ''}${other}`];
    });
  });
}

/** A room that can reach itself through the rooms that it may import. */
export function findCircles(walls: Walls): string[] {
  const next = (room: string) => (walls[room] ?? []).map((name) => name.replace(':type', ''));
  return Object.keys(walls).filter((room) => {
    const reached = new Set<string>();
    const waiting = next(room);
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (reached.has(one)) continue;
      reached.add(one);
      waiting.push(...next(one));
    }
    return reached.has(room);
  });
}

/** What only some files may do. The key is what a finding says. */
const HABITS: Readonly<Record<string, { readonly allowed: RegExp; readonly isMet: (node: ts.Node) => boolean }>> = {
  'reads process.env': {
    allowed: /^src\/config\.ts$/,
    isMet: (node) => isProperty(node, 'process', 'env') || importsFrom(node, /^(node:)?process$/),
  },
  fetches: {
    allowed: /^(src\/(keepnet\/(cross-fetch|undici)-exchange|access\/jwks|cli-export-client)\.ts|web\/.*)$/,
    isMet: (node) => callsFetch(node) || importsFrom(node, /^(cross-fetch|undici|axios|got)$/),
  },
  prints: {
    allowed: /^src\/(telemetry|cli|cli-export|cli-export-output)\.ts$/,
    isMet: (node) =>
      (ts.isIdentifier(node) && node.text === 'console') ||
      isProperty(node, 'process', 'stdout') ||
      isProperty(node, 'process', 'stderr'),
  },
  'has a default export': {
    allowed: /\.config\.ts$/,
    isMet: (node) => ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword,
  },
  // On rows of simpleResolvers it would be silently ignored.
  'uses @Authorized': { allowed: /^$/, isMet: (node) => isNamed(node, 'Authorized') || isNamed(node, 'authChecker') },
  // It is woven around every plain field: lists become ten times slower.
  'has a global middleware': { allowed: /^$/, isMet: (node) => isNamed(node, 'globalMiddlewares') },
};

export function findForbiddenHabits(files: readonly SourceText[]): string[] {
  return files.flatMap((file) => {
    const applicable = Object.entries(HABITS).filter(([, { allowed }]) => !allowed.test(file.path));
    const found = new Set<string>();
    visit(parse(file), (node) => {
      for (const [what, { isMet }] of applicable) if (isMet(node)) found.add(`${file.path} ${what}`);
    });
    return [...found];
  });
}

export function findLongFiles(files: readonly SourceText[], maxLines: number, exempt: readonly string[]): string[] {
  const lengths = files.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
  const tooLong = lengths.filter(({ path, lines }) => lines > maxLines && !exempt.includes(path));
  const needless = exempt.filter((name) => !lengths.some(({ path, lines }) => path === name && lines > maxLines));
  return [
    ...tooLong.map(({ path, lines }) => `${path} has ${lines} lines`),
    ...needless.map((path) => `${path} need not be exempt`),
  ];
}

/** A function is named with its file: `src/http/server.ts createHttpServer`; one without a name, with its line. */
export function findLongFunctions(files: readonly SourceText[], maxLines: number, exempt: readonly string[]): string[] {
  const long = new Map<string, number>();
  for (const file of files) {
    const source = parse(file);
    const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
    visit(source, (node) => {
      if (!ts.isFunctionLike(node)) return;
      const first = lineAt(node.getStart(source));
      const lines = lineAt(node.end) - first + 1;
      if (lines > maxLines) long.set(`${file.path} ${functionName(node) ?? `line ${first}`}`, lines);
    });
  }
  return [
    ...[...long].filter(([name]) => !exempt.includes(name)).map(([name, lines]) => `${name} has ${lines} lines`),
    ...exempt.filter((name) => !long.has(name)).map((name) => `${name} need not be exempt`),
  ];
}

/** Its own, or of the constant or property that holds it. */
function functionName({ kind, name, parent }: ts.SignatureDeclaration): string | null {
  if (kind === ts.SyntaxKind.Constructor) return 'constructor';
  if (name) return name.getText();
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : null;
}

interface Import {
  /** Path from the top of the project, as it is written in the import: `.js` stands for `.ts`. */
  readonly target: string;
  readonly isType: boolean;
}

/** Relative imports of every kind: static, dynamic, re-exports and `import('…')` types. */
function readImports(file: SourceText): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, isType: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return;
    const target = new URL(specifier.text, `file:///${file.path}`).pathname.slice(1).replace(/\.js$/, '.ts');
    imports.push({ target, isType });
  };
  visit(parse(file), (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
  });
  return imports;
}

/** `import type …`, or a list in which every name is a `type`. */
function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    !clause.name && named !== undefined && ts.isNamedImports(named) && named.elements.every((name) => name.isTypeOnly)
  );
}

function callsFetch(node: ts.Node): boolean {
  if (isProperty(node, 'globalThis', 'fetch')) return true;
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'fetch';
}

function importsFrom(node: ts.Node, name: RegExp): boolean {
  return (
    ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && name.test(node.moduleSpecifier.text)
  );
}

function isProperty(node: ts.Node, object: string, property: string): boolean {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false;
  if (!ts.isIdentifier(node.expression) || node.expression.text !== object) return false;
  const name = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
  return (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) && name.text === property;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function parse({ path, text }: SourceText): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
