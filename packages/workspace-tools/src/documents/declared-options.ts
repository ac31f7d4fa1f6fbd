import { join } from 'node:path';
import {
  type FunctionDeclaration,
  type InterfaceDeclaration,
  isArrayTypeNode,
  isFunctionDeclaration,
  isIdentifier,
  isIndexedAccessTypeNode,
  isInterfaceDeclaration,
  isJSDoc,
  isJSDocText,
  isLiteralTypeNode,
  isMethodSignatureDeclaration,
  isParenthesizedTypeNode,
  isPropertySignatureDeclaration,
  isStringLiteral,
  isTypeAliasDeclaration,
  isTypeOperatorNode,
  isTypeQueryNode,
  isTypeReferenceNode,
  isUnionTypeNode,
  type JSDoc,
  type JSDocComment,
  type Node,
  SyntaxKind,
  type TypeNode,
} from 'typescript/unstable/ast';
import { API, type Project, SymbolFlags, type Type } from 'typescript/unstable/sync';
import { SourceError } from '../generated-files.ts';
import { workspaceFolder } from '../workspace.ts';

/** An option or an environment variable, as its doc comment describes it. */
export interface DeclaredOption {
  /** The path of the option, such as `tls.certFile`. Empty for a variable without an option. */
  readonly name: string;
  readonly isRequired: boolean;
  /** Markdown. */
  readonly meaning: string;
  /** The text of `@default`, in Markdown. */
  readonly defaultValue: string;
  /** The texts of `@env`. */
  readonly variables: readonly string[];
  /** The values, if the type is a union of texts, or a list of such. */
  readonly allowed: readonly string[];
  readonly isList: boolean;
  /** What a number may be. */
  readonly range?: string;
}

/** DeclaredOptions reads options from the sources of the workspace. Dispose it to end the compiler. */
export class DeclaredOptions implements Disposable {
  readonly #api: API;
  readonly #project: Project;

  readonly #workspace: string;

  /** @param workspace a folder with a tsconfig.json that includes all sources */
  constructor(workspace: string = workspaceFolder) {
    this.#workspace = workspace;
    const config = join(workspace, 'tsconfig.json');
    this.#api = new API({ cwd: workspace });
    const [project] = this.#api.updateSnapshot({ openProjects: [config] }).getProjects();
    if (project === undefined) throw new Error(`the compiler does not open ${config}`);
    this.#project = project;
  }

  [Symbol.dispose](): void {
    this.#api.close();
  }

  /**
   * Returns the options that interfaces declare, required ones first, and the variables that functions read.
   *
   * @param source names and their file below the workspace, such as `A, B, C.member in packages/a/src/options.ts`; more
   *   files follow after a semicolon. If B is the type of an option of A, its options follow that option. Inherited
   *   members are omitted.
   * @throws {SourceError} for a name that does not exist, and an option without a doc comment
   */
  optionsIn(source: string): DeclaredOption[] {
    const options = source.split('; ').flatMap((segment) => {
      const [, names = '', path = ''] = /^(.+) in (\S+)$/u.exec(segment) ?? [];
      const file = this.#project.program.getSourceFile(join(this.#workspace, path));
      if (file === undefined) throw new SourceError(`there is no file of options ${path || JSON.stringify(segment)}`);
      const declared = names.split(', ').map((name) => {
        const [owner = '', member] = name.split('.');
        const declaration = file.statements.find(
          (each) => (isInterfaceDeclaration(each) || isFunctionDeclaration(each)) && each.name?.text === owner,
        ) as InterfaceDeclaration | FunctionDeclaration | undefined;
        if (declaration === undefined) throw new SourceError(`${path} has no interface or function ${owner}`);
        return { declaration, member };
      });
      const nested = new Set<string>();
      const interfaces = declared.map(({ declaration }) => declaration).filter(isInterfaceDeclaration);
      return declared.flatMap(({ declaration, member }) => {
        if (isFunctionDeclaration(declaration)) return [this.#described(declaration, '', declaration.type, false)];
        if (nested.has(declaration.name.text)) return [];
        const members = this.#membersOf(declaration, '', interfaces, nested);
        if (member === undefined) return members;
        const found = members.filter(({ name }) => name === member);
        if (found.length === 0) throw new SourceError(`${declaration.name.text} in ${path} has no option ${member}`);
        return found;
      });
    });
    const undescribed = options.find(({ meaning }) => meaning === '');
    if (undescribed !== undefined) throw new SourceError(`${source}: ${undescribed.name} has no doc comment`);
    // an interface that narrows an inherited option comes before the one that declares it
    return options.filter(
      ({ name }, index) => name === '' || options.findIndex((each) => each.name === name) === index,
    );
  }

  /** @param nested gets the names of the interfaces whose options are included */
  #membersOf(
    declaration: InterfaceDeclaration,
    prefix: string,
    interfaces: readonly InterfaceDeclaration[],
    nested: Set<string>,
  ): DeclaredOption[] {
    const groups = declaration.members.flatMap((member) => {
      const isProperty = isPropertySignatureDeclaration(member);
      if (!isProperty && !isMethodSignatureDeclaration(member)) return [];
      const type = isProperty ? member.type : undefined;
      // the `type` that tells the kinds of an object apart
      if (type !== undefined && isLiteralTypeNode(type)) return [];
      const name = `${prefix}${isIdentifier(member.name) ? member.name.text : member.name.getText()}`;
      const option = this.#described(member, name, type, member.postfixToken === undefined);
      const part = type === undefined ? undefined : partOf(type);
      const inner = interfaces.find((each) => each !== declaration && each.name.text === part?.name);
      if (inner === undefined) return [[option]];
      nested.add(inner.name.text);
      return [[option, ...this.#membersOf(inner, `${name}${part?.isList === true ? '[]' : ''}.`, interfaces, nested)]];
    });
    const isRequired = ([option]: readonly DeclaredOption[]): boolean => option?.isRequired === true;
    return [...groups.filter(isRequired), ...groups.filter((group) => !isRequired(group))].flat();
  }

  #described(node: Node, name: string, type: TypeNode | undefined, isRequired: boolean): DeclaredOption {
    const comment = node.jsDoc?.findLast((each): each is JSDoc => isJSDoc(each));
    const tags = (wanted: string): string[] =>
      (comment?.tags ?? []).filter(({ tagName }) => tagName.text === wanted).map((tag) => textOf(tag.comment));
    return {
      name,
      isRequired,
      meaning: textOf(comment?.comment),
      defaultValue: tags('default').join(' '),
      variables: tags('env'),
      allowed: type === undefined ? [] : this.#literalsOf(type),
      isList: type !== undefined && partOf(type)?.isList === true,
    };
  }

  /** The texts of a union, in the order in which they are written if it is written out. */
  #literalsOf(type: TypeNode): string[] {
    if (isUnionTypeNode(type)) return type.types.flatMap((each) => this.#literalsOf(each));
    if (isArrayTypeNode(type)) return this.#literalsOf(type.elementType);
    if (isParenthesizedTypeNode(type)) return this.#literalsOf(type.type);
    if (isLiteralTypeNode(type)) return isStringLiteral(type.literal) ? [type.literal.text] : [];
    const { checker } = this.#project;
    if (isTypeOperatorNode(type) && type.operator !== SyntaxKind.KeyOfKeyword) return this.#literalsOf(type.type);
    if (isTypeReferenceNode(type)) {
      const name = checker.getSymbolAtLocation(type.typeName);
      const isImported = name !== undefined && (name.flags & SymbolFlags.Alias) !== 0;
      const declaration = (isImported ? checker.getAliasedSymbol(name) : name)?.declarations[0]?.resolve();
      return declaration !== undefined && isTypeAliasDeclaration(declaration) ? this.#literalsOf(declaration.type) : [];
    }
    // (typeof names)[number]
    if (isIndexedAccessTypeNode(type) && isParenthesizedTypeNode(type.objectType)) {
      const query = type.objectType.type;
      const tuple = isTypeQueryNode(query) ? checker.getTypeAtLocation(query.exprName) : undefined;
      if (tuple?.isTypeReference() === true) return valuesOf(checker.getTypeArguments(tuple));
    }
    const union = checker.getTypeFromTypeNode(type);
    return union?.isUnionType() === true ? valuesOf(union.getTypes()) : [];
  }
}

function valuesOf(types: readonly Type[]): string[] {
  return types.flatMap((each) => (each.isStringLiteralType() ? [each.value] : []));
}

/** The named type of a value or of the entries of a list, without `undefined`. */
function partOf(type: TypeNode): { readonly name: string; readonly isList: boolean } | undefined {
  if (isUnionTypeNode(type)) return type.types.map(partOf).find((each) => each !== undefined);
  if (isTypeOperatorNode(type) || isParenthesizedTypeNode(type)) return partOf(type.type);
  if (isArrayTypeNode(type)) return { name: partOf(type.elementType)?.name ?? '', isList: true };
  return isTypeReferenceNode(type) ? { name: type.typeName.getText(), isList: false } : undefined;
}

/** The Markdown of a doc comment, in which links are names of code or have an address. */
function textOf(comment: readonly JSDocComment[] | undefined): string {
  const parts = (comment ?? []).map((part) => {
    if (isJSDocText(part)) return part.text;
    const name = part.name?.getText() ?? '';
    if (!part.text.startsWith('://')) return `\`${name}\``;
    const [, address = '', text = ''] = /^(\S+)[\s|]*(.*)$/su.exec(`${name}${part.text}`) ?? [];
    return text === '' ? `<${address}>` : `[${text.trim()}](${address})`;
  });
  return parts.join('').replaceAll(/\s+/gu, ' ').trim();
}
