import { join } from 'node:path';
import {
  type ClassDeclaration,
  type FunctionDeclaration,
  type InterfaceDeclaration,
  isArrayTypeNode,
  isClassDeclaration,
  isFunctionDeclaration,
  isGetAccessorDeclaration,
  isInterfaceDeclaration,
  isJSDoc,
  isJSDocText,
  isLiteralTypeNode,
  isMethodDeclaration,
  isMethodSignatureDeclaration,
  isParenthesizedTypeNode,
  isPrivateIdentifier,
  isPropertySignatureDeclaration,
  isTypeOperatorNode,
  isTypeReferenceNode,
  isUnionTypeNode,
  type JSDoc,
  type JSDocComment,
  type Node,
  type TypeNode,
} from 'typescript/unstable/ast';
import { API, type Project } from 'typescript/unstable/sync';
import { SourceError } from '../generated-files.ts';
import { workspaceFolder } from '../workspace.ts';
import { DeclaredTypes } from './declared-types.ts';

/** An option, an environment variable or a member of a handle, as its doc comment describes it. */
export interface DeclaredOption {
  readonly kind: 'option' | 'variable' | 'property' | 'method';
  /** The path of an option, such as `tls.certFile`; a method with its parameters; empty for a variable. */
  readonly name: string;
  readonly isRequired: boolean;
  /** The first paragraph, in Markdown. */
  readonly meaning: string;
  /** The texts of `@throws` of a method: the name of the error, and when. */
  readonly errors?: readonly string[];
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

type Declaration = InterfaceDeclaration | ClassDeclaration | FunctionDeclaration;

/** DeclaredOptions reads options from the sources of the workspace. Dispose it to end the compiler. */
export class DeclaredOptions implements Disposable {
  readonly #api: API;
  readonly #project: Project;
  readonly #types: DeclaredTypes;
  readonly #workspace: string;

  /** @param workspace a folder with a tsconfig.json that includes all sources */
  constructor(workspace: string = workspaceFolder) {
    this.#workspace = workspace;
    const config = join(workspace, 'tsconfig.json');
    this.#api = new API({ cwd: workspace });
    const [project] = this.#api.updateSnapshot({ openProjects: [config] }).getProjects();
    if (project === undefined) throw new Error(`the compiler does not open ${config}`);
    this.#project = project;
    this.#types = new DeclaredTypes(project);
  }

  [Symbol.dispose](): void {
    this.#api.close();
  }

  /**
   * Returns the members of interfaces and classes, and the variables that functions read. Members of an interface whose
   * name ends in `Options` or `Config` are options, required ones first; all others belong to a handle.
   *
   * @param source names and their file below the workspace, such as `A, B, C.member in packages/a/src/options.ts`; more
   *   files follow after a semicolon. If B is the type of an option of A, its options follow that option. Inherited
   *   members are omitted.
   * @throws {SourceError} for a name that does not exist, and a member without a doc comment
   */
  optionsIn(source: string): DeclaredOption[] {
    const options = source.split('; ').flatMap((segment) => {
      const [, names = '', path = ''] = /^(.+) in (\S+)$/u.exec(segment) ?? [];
      return this.#membersIn(names.split(', '), path || segment);
    });
    const undescribed = options.find(({ meaning }) => meaning === '');
    if (undescribed !== undefined) throw new SourceError(`${source}: ${undescribed.name} has no doc comment`);
    // an interface that narrows an inherited option comes before the one that declares it
    return options.filter(
      ({ name }, index) => name === '' || options.findIndex((each) => each.name === name) === index,
    );
  }

  #membersIn(names: readonly string[], path: string): DeclaredOption[] {
    const file = this.#project.program.getSourceFile(join(this.#workspace, path));
    if (file === undefined) throw new SourceError(`there is no file of options ${JSON.stringify(path)}`);
    const declared = names.map((name) => {
      const [owner = '', member] = name.split('.');
      const declaration = file.statements.filter(isDeclaration).find((each) => each.name?.text === owner);
      if (declaration === undefined) throw new SourceError(`${path} has no interface, class or function ${owner}`);
      return { declaration, owner, member };
    });
    const interfaces = declared.map(({ declaration }) => declaration).filter(isInterfaceDeclaration);
    const nested = new Set<InterfaceDeclaration>();
    return declared.flatMap(({ declaration, owner, member }) => {
      if (isFunctionDeclaration(declaration)) {
        return [this.#described(declaration, { kind: 'variable', type: declaration.type })];
      }
      if (isInterfaceDeclaration(declaration) && nested.has(declaration)) return [];
      const members =
        isInterfaceDeclaration(declaration) && /(?:Options|Config)$/u.test(owner)
          ? this.#optionsOf(declaration, '', interfaces, nested)
          : this.#handleMembers(declaration.members);
      // the name of a method has its parameters
      const found = members.filter(({ name }) => member === undefined || name.replace(/\(.*/su, '') === member);
      if (found.length === 0) throw new SourceError(`${owner} in ${path} has no option ${member}`);
      return found;
    });
  }

  /** @param nested gets the interfaces whose options are included */
  #optionsOf(
    declaration: InterfaceDeclaration,
    prefix: string,
    interfaces: readonly InterfaceDeclaration[],
    nested: Set<InterfaceDeclaration>,
  ): DeclaredOption[] {
    const groups = declaration.members.flatMap((member) => {
      const isProperty = isPropertySignatureDeclaration(member);
      if (!isProperty && !isMethodSignatureDeclaration(member)) return [];
      const type = isProperty ? member.type : undefined;
      // the `type` that tells the kinds of an object apart
      if (type !== undefined && isLiteralTypeNode(type)) return [];
      const name = `${prefix}${member.name.getText()}`;
      const isRequired = member.postfixToken === undefined;
      const option = this.#described(member, { kind: 'option', name, type, isRequired });
      const part = type === undefined ? undefined : partOf(type);
      const inner = interfaces.find((each) => each !== declaration && each.name.text === part?.name);
      if (inner === undefined) return [[option]];
      nested.add(inner);
      return [[option, ...this.#optionsOf(inner, `${name}${part?.isList === true ? '[]' : ''}.`, interfaces, nested)]];
    });
    const isFirst = ([option]: readonly DeclaredOption[]): boolean => option?.isRequired === true;
    return [...groups.filter(isFirst), ...groups.filter((group) => !isFirst(group))].flat();
  }

  #handleMembers(members: readonly Node[]): DeclaredOption[] {
    return members.flatMap((member) => {
      if (commentOf(member)?.tags?.some(({ tagName }) => tagName.text === 'internal') === true) return [];
      if (isMethodSignatureDeclaration(member) || (isMethodDeclaration(member) && !isPrivateIdentifier(member.name))) {
        const description = firstParagraph(commentOf(member)?.comment);
        const parameters = member.parameters.map((each) => this.#types.parameter(each, description));
        return [
          this.#described(member, { kind: 'method', name: `${member.name.getText()}(${parameters.join(', ')})` }),
        ];
      }
      if (!isPropertySignatureDeclaration(member) && !isGetAccessorDeclaration(member)) return [];
      return [this.#described(member, { kind: 'property', name: member.name.getText() })];
    });
  }

  #described(node: Node, about: About): DeclaredOption {
    const { kind, name = '', type, isRequired = false } = about;
    const comment = commentOf(node);
    const tags = (wanted: string): string[] =>
      (comment?.tags ?? []).filter(({ tagName }) => tagName.text === wanted).map((tag) => textOf(tag.comment));
    const summary = firstParagraph(comment?.comment);
    const results = tags('returns').map((text) => `Returns ${text}.`);
    return {
      kind,
      name,
      isRequired,
      meaning: kind === 'method' && summary !== '' ? [summary, ...results].join(' ') : summary,
      errors: kind === 'method' ? tags('throws') : [],
      defaultValue: tags('default').join(' '),
      variables: tags('env'),
      allowed: type === undefined ? [] : this.#types.literalsOf(type),
      isList: type !== undefined && partOf(type)?.isList === true,
    };
  }
}

interface About {
  readonly kind: DeclaredOption['kind'];
  readonly name?: string;
  readonly type?: TypeNode | undefined;
  readonly isRequired?: boolean;
}

function commentOf(node: Node): JSDoc | undefined {
  return node.jsDoc?.findLast((each) => isJSDoc(each));
}

function isDeclaration(node: Node): node is Declaration {
  return isInterfaceDeclaration(node) || isClassDeclaration(node) || isFunctionDeclaration(node);
}

/** The named type of a value or of the entries of a list, without `undefined`. */
function partOf(type: TypeNode): { readonly name: string; readonly isList: boolean } | undefined {
  if (isUnionTypeNode(type)) return type.types.map(partOf).find((each) => each !== undefined);
  if (isTypeOperatorNode(type) || isParenthesizedTypeNode(type)) return partOf(type.type);
  if (isArrayTypeNode(type)) return { name: partOf(type.elementType)?.name ?? '', isList: true };
  return isTypeReferenceNode(type) ? { name: type.typeName.getText(), isList: false } : undefined;
}

function firstParagraph(comment: readonly JSDocComment[] | undefined): string {
  return inOneLine(
    markdownOf(comment)
      .trim()
      .split(/\n\s*\n/u)[0] ?? '',
  );
}

function textOf(comment: readonly JSDocComment[] | undefined): string {
  return inOneLine(markdownOf(comment));
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

/** The Markdown of a doc comment, in which links are names of code or have an address. */
function markdownOf(comment: readonly JSDocComment[] | undefined): string {
  const parts = (comment ?? []).map((part) => {
    if (isJSDocText(part)) return part.text;
    const name = part.name?.getText() ?? '';
    if (!part.text.startsWith('://')) return `\`${name}\``;
    const [, address = '', text = ''] = /^(\S+)[\s|]*(.*)$/su.exec(`${name}${part.text}`) ?? [];
    return text === '' ? `<${address}>` : `[${text.trim()}](${address})`;
  });
  return parts.join('');
}
