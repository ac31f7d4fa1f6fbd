import { dirname } from 'node:path';
import {
  isArrayTypeNode,
  isIndexedAccessTypeNode,
  isLiteralTypeNode,
  isParenthesizedTypeNode,
  isStringLiteral,
  isTypeAliasDeclaration,
  isTypeOperatorNode,
  isTypeQueryNode,
  isTypeReferenceNode,
  isUnionTypeNode,
  type ParameterDeclaration,
  SyntaxKind,
  type TypeNode,
} from 'typescript/unstable/ast';
import { type Checker, type Project, type Symbol, SymbolFlags, type Type } from 'typescript/unstable/sync';

// Of more fields only the required and the described ones are named.
const mostFields = 8;

/** DeclaredTypes says in a table what a type allows. */
export class DeclaredTypes {
  readonly #checker: Checker;
  readonly #folder: string;

  /** @param project a project whose own types are shown with their fields */
  constructor({ checker, id }: Project) {
    this.#checker = checker;
    this.#folder = `${dirname(id)}/`;
  }

  /** The texts of a union or of a list of these, in the order in which they are written if they are written out. */
  literalsOf(type: TypeNode): string[] {
    if (isUnionTypeNode(type)) return type.types.flatMap((each) => this.literalsOf(each));
    if (isArrayTypeNode(type)) return this.literalsOf(type.elementType);
    if (isParenthesizedTypeNode(type)) return this.literalsOf(type.type);
    if (isLiteralTypeNode(type)) return isStringLiteral(type.literal) ? [type.literal.text] : [];
    if (isTypeOperatorNode(type) && type.operator !== SyntaxKind.KeyOfKeyword) return this.literalsOf(type.type);
    const checker = this.#checker;
    if (isTypeReferenceNode(type)) {
      const name = checker.getSymbolAtLocation(type.typeName);
      const isImported = name !== undefined && (name.flags & SymbolFlags.Alias) !== 0;
      const declaration = (isImported ? checker.getAliasedSymbol(name) : name)?.declarations[0]?.resolve();
      return declaration !== undefined && isTypeAliasDeclaration(declaration) ? this.literalsOf(declaration.type) : [];
    }
    // (typeof names)[number]
    if (isIndexedAccessTypeNode(type) && isParenthesizedTypeNode(type.objectType)) {
      const query = type.objectType.type;
      const tuple = isTypeQueryNode(query) ? checker.getTypeAtLocation(query.exprName) : undefined;
      if (tuple?.isTypeReference() === true) return textsOf(checker.getTypeArguments(tuple));
    }
    const union = checker.getTypeFromTypeNode(type);
    // `(string & {})` in a union allows any text
    const types = union?.isUnionType() === true ? union.getTypes() : [];
    return types.some((each) => each.isIntersectionType()) ? [] : textsOf(types);
  }

  /**
   * A parameter: its name, or the names of its fields.
   *
   * @param description if there are many fields, those whose names it has in code style are shown too
   */
  parameter({ name, questionToken, initializer, type }: ParameterDeclaration, description: string): string {
    const fields = type === undefined ? [] : this.#fieldsOf(type);
    if (fields.length === 0) return `${name.getText()}${(questionToken ?? initializer) ? '?' : ''}`;
    const isShown = (field: string): boolean =>
      !field.endsWith('?') || description.includes(`\`${field.slice(0, -1)}\``);
    const shown = fields.length > mostFields ? [...fields.filter(isShown), '…'] : fields;
    return `{ ${shown.join(', ')} }`;
  }

  /** The fields of an object type of the project: required ones first, inherited ones before its own. */
  #fieldsOf(type: TypeNode): string[] {
    const object = this.#checker.getTypeFromTypeNode(type);
    if (object?.isObjectType() !== true) return [];
    const fields = this.#checker.getPropertiesOfType(object);
    const isOurs = fields.every(({ declarations: [place] }) => {
      return place?.path.startsWith(this.#folder) === true && !place.path.includes('/node_modules/');
    });
    if (!isOurs) return [];
    const own = object.getSymbol()?.id;
    const isOwn = (field: Symbol): boolean => field.getParent()?.id === own;
    const isOptional = ({ flags }: Symbol): boolean => (flags & SymbolFlags.Optional) !== 0;
    const ordered = [...fields.filter((field) => !isOwn(field)), ...fields.filter(isOwn)];
    return [
      ...ordered.filter((field) => !isOptional(field)).map((field) => field.name),
      ...ordered.filter(isOptional).map((field) => `${field.name}?`),
    ];
  }
}

function textsOf(types: readonly Type[]): string[] {
  return types.flatMap((each) => (each.isStringLiteralType() ? [each.value] : []));
}
