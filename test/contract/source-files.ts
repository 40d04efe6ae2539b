import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

export const ROOT = join(import.meta.dirname, '../..');

/** One import of a source file, static, dynamic or by `require`. */
export interface Import {
  /** The module as written. */
  readonly module: string;
  /** The file that a relative import means, relative to the workspace. */
  readonly file: string | undefined;
  /** True when it is gone at run time. */
  readonly typeOnly: boolean;
}

/** A source file (not a test) of a package, parsed. */
export interface SourceFile {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** The package's folder: `packages/core`, `rules`. */
  readonly packageDir: string;
  /** The folder of `src` that it is in, or its own name when it is in `src` itself. */
  readonly room: string;
  readonly imports: readonly Import[];
  readonly tree: ts.SourceFile;
}

/** Tests and what only tests use. */
const TEST = /\.(test|test-d|support)\.ts$/;

/** Every source file under a package's `src`. */
export function sourceFiles(packageDir: string): SourceFile[] {
  return globSync(`${packageDir}/src/**/*.ts`, { cwd: ROOT })
    .filter((path) => !TEST.test(path))
    .map((path) => parse(path, packageDir));
}

/** The folders of the workspace's packages that match a pattern and have a `package.json`. */
export function packageDirs(pattern: string): string[] {
  return globSync(`${pattern}/package.json`, { cwd: ROOT }).map((path) => dirname(path));
}

/** The room of a file of a package. */
export function roomOf(path: string, packageDir: string): string {
  return relative(join(packageDir, 'src'), path).split('/')[0]!;
}

function parse(path: string, packageDir: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const add = (module: ts.Node | undefined, typeOnly: boolean) => {
    if (module === undefined || !ts.isStringLiteralLike(module)) return;
    const file = module.text.startsWith('.') ? join(dirname(path), module.text) : undefined;
    imports.push({ module: module.text, file, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyExport(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isLoad(node.expression)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, packageDir, room: roomOf(path, packageDir), imports, tree };
}

/** `import type`, or an import whose every name is marked `type`. */
function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const named = node.exportClause;
  return (
    named !== undefined && ts.isNamedExports(named) && named.elements.every((element) => element.isTypeOnly)
  );
}

function isLoad(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  );
}
