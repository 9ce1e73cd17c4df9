/** Reads what stands in doc comments and types of a source, without running it. */
import { parse } from '@babel/parser';

const PLUGINS = ['typescript'];

/** @param {string} source TypeScript  @param {string} name of an interface
 *  @returns {{name: string, type: string, optional: boolean, doc: string}[]} its own members, in order
 *  @throws Error there is no such interface, or a member without a doc comment */
export function membersOf(source, name) {
  const found = declarations(source).find(
    ({ type, id }) => type === 'TSInterfaceDeclaration' && id.name === name,
  );
  if (found === undefined) throw new Error(`there is no interface ${name}`);
  return found.body.body.map((member) => ({
    name: member.key.name,
    type: typeOf(source, member, found.typeParameters?.params ?? []),
    optional: member.optional === true,
    doc: docOf(member, `${name}.${member.key.name}`),
  }));
}

/** @returns {{name: string, doc: string}[]} of a constant that is an object, each with its doc comment */
export function entriesOf(source, name) {
  const found = declarations(source)
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap(({ declarations: all }) => all)
    .find(({ id }) => id.name === name);
  if (found === undefined) throw new Error(`there is no constant ${name}`);
  const object = found.init.type === 'TSAsExpression' ? found.init.expression : found.init;
  return object.properties.map((entry) => ({
    name: entry.key.name,
    doc: docOf(entry, `${name}.${entry.key.name}`),
  }));
}

function declarations(source) {
  const { body } = parse(source, { sourceType: 'module', plugins: PLUGINS }).program;
  return body.map((statement) => statement.declaration ?? statement);
}

/** A method's is all of it; where it is a parameter of the interface, what that has to be. */
function typeOf(source, member, parameters) {
  const given = member.type === 'TSMethodSignature' ? member : member.typeAnnotation.typeAnnotation;
  const named = given.type === 'TSTypeReference' ? given.typeName.name : undefined;
  const of = parameters.find(({ name }) => (name.name ?? name) === named)?.constraint ?? given;
  return source.slice(of.start, of.end).replace(/\s+/g, ' ').replace(/;$/, '');
}

function docOf({ leadingComments = [] }, where) {
  const doc = leadingComments.findLast(({ type, value }) => type === 'CommentBlock' && value.startsWith('*'));
  if (doc === undefined) throw new Error(`${where} has no doc comment`);
  return doc.value
    .replace(/^\*/, '')
    .replace(/^\s*\* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}
