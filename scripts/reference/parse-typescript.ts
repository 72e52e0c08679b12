import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** Something that a module exports, where it is declared. */
export interface Declared {
  readonly name: string;
  /** From the root, as `src/...`. */
  readonly file: string;
  readonly node: Declaration;
  readonly source: ts.SourceFile;
}

export type Declaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.VariableStatement;

/** Reads modules by their syntax alone: as they are written is how they are shown. */
export class Modules {
  readonly #root: string;
  readonly #sources = new Map<string, ts.SourceFile>();

  constructor(root: string) {
    this.#root = root;
  }

  source(file: string): ts.SourceFile {
    const known = this.#sources.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(join(this.#root, file), "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2024, true);
    this.#sources.set(file, source);
    return source;
  }

  /** All that a module exports, in its order; what it exports of another one where that declares it. */
  exportsOf(file: string): readonly Declared[] {
    return this.source(file).statements.flatMap((statement) => {
      if (!ts.isExportDeclaration(statement)) return this.#ownExport(file, statement);
      const { exportClause, moduleSpecifier } = statement;
      if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
      const from = normalize(join(dirname(file), moduleSpecifier.text));
      if (exportClause === undefined || !ts.isNamedExports(exportClause)) return this.exportsOf(from);
      return exportClause.elements.map(({ name, propertyName = name }) => ({
        ...this.#require(from, propertyName.text),
        name: name.text,
      }));
    });
  }

  /** Where a name that stands in a file is declared: there, or in a module of this package that it is imported from. */
  find(file: string, name: string): Declared | undefined {
    const source = this.source(file);
    for (const node of source.statements) {
      if (isDeclaration(node) && nameOf(node) === name) return { name, file, node, source };
      if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue;
      const { text } = node.moduleSpecifier;
      const bindings = node.importClause?.namedBindings;
      if (!text.startsWith(".") || bindings === undefined || !ts.isNamedImports(bindings)) continue;
      const imported = bindings.elements.find((element) => element.name.text === name);
      const from = normalize(join(dirname(file), text));
      if (imported !== undefined && from.startsWith("src/"))
        return this.find(from, (imported.propertyName ?? imported.name).text);
    }
    return undefined;
  }

  #ownExport(file: string, node: ts.Statement): readonly Declared[] {
    if (!isDeclaration(node) || !isExported(node)) return [];
    return [{ name: nameOf(node), file, node, source: this.source(file) }];
  }

  #require(file: string, name: string): Declared {
    const found = this.find(file, name);
    if (found === undefined) throw new Error(`${file} does not declare ${name}`);
    return found;
  }
}

export function isDeclaration(node: ts.Node): node is Declaration {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableStatement(node)
  );
}

function nameOf(node: Declaration): string {
  if (!ts.isVariableStatement(node)) return node.name?.text ?? "";
  const [first] = node.declarationList.declarations;
  return first !== undefined && ts.isIdentifier(first.name) ? first.name.text : "";
}

function isExported(node: Declaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
