import {
  type ActionContract,
  formatPath,
  type JsonObject,
  type JsonValue,
  WITH_MAP,
} from '@action-do/contracts';
import { Budget, Untold } from './schema/budget.js';
import { circleIn } from './schema/circle.js';
import { isObject, objectAt, own, type Path } from './schema/keywords.js';
import { SchemaDocument } from './schema/schema-document.js';

/** To look at each thing once or twice: more than an event has room for. */
const LOOKS_MAX = 2_000_000;

export interface ContractFault {
  /** In the contract, such as `paramsJsonSchema.allOf[0]`. */
  readonly path: string;
  /** Goes on from the path. */
  readonly message: string;
}

/** What is wrong with the words of a contract, though its schemas may be JSON Schema, by the first path of each fault. */
export function contractFaults(contract: ActionContract): ContractFault[] {
  const { description, paramsJsonSchema, resultJsonSchema } = contract;
  const words = { description, paramsJsonSchema, resultJsonSchema };
  return [
    // Of those there is no UTF-8, and so no event and no digest.
    ...fault([], firstWithin(words, halfPairIn), 'has half a surrogate pair, which is no text'),
    ...fault(
      ['paramsJsonSchema'],
      firstWithin(paramsJsonSchema, inheritedDefaultIn, valuesOf(paramsJsonSchema)),
      'is never filled in: every object has a member of that name, given or not',
    ),
    ...faultsOfSchema('paramsJsonSchema', paramsJsonSchema),
    ...faultsOfSchema('resultJsonSchema', resultJsonSchema),
  ];
}

function faultsOfSchema(root: string, schema: JsonObject): ContractFault[] {
  return [
    ...fault(
      [root],
      firstWithin(schema, (value) => otherReferenceIn(value, value === schema), valuesOf(schema)),
      'makes references lead elsewhere: only $ref to #, to #/… and to an $anchor is followed',
    ),
    ...fault(
      [root],
      endlessIn(schema),
      'leads back to itself with the same value, out of this schema, or too deep: no check would end',
    ),
  ];
}

const fault = (root: Path, path: Path | undefined, message: string): ContractFault[] =>
  path === undefined ? [] : [{ path: formatPath([...root, ...path]), message }];

/**
 * Where a schema comes back to itself without end, and so can check nothing; undefined where it does not. One that leads
 * where it cannot be followed, or deeper than the check goes, may do so.
 */
function endlessIn(schema: JsonObject): Path | undefined {
  try {
    return circleIn(new SchemaDocument('given', schema, new Budget(LOOKS_MAX)));
  } catch (error) {
    if (error instanceof Untold) return [];
    throw error;
  }
}

/** Keywords under which there are values, where nobody reads a schema. */
type Values = ReadonlySet<string>;
const NO_VALUES: Values = new Set();
const VALUES: Values = new Set(['const', 'enum', 'default', 'examples']);
const TO_VALUE = /%|\/(const|enum|default|examples)(\/|$)/;

/** None where a `$ref` may lead into one: a schema it is then. */
function valuesOf(schema: JsonObject): Values {
  const leadsIn = (value: JsonValue | undefined): Path | undefined => {
    const ref = isObject(value) ? own(value, '$ref') : undefined;
    return typeof ref === 'string' && TO_VALUE.test(ref) ? [] : undefined;
  };
  return firstWithin(schema, leadsIn) === undefined ? VALUES : NO_VALUES;
}

/** What is under these has names of others' choice, not keywords. */
const WITH_NAMES: ReadonlySet<string> = new Set([...WITH_MAP, '$defs', 'definitions']);

/** The path of the first value, wherever it stands but in what is passed over, in which something is. */
function firstWithin(
  value: JsonValue | undefined,
  isIn: (value: JsonValue | undefined) => Path | undefined,
  passedOver: Values = NO_VALUES,
  isNames = false,
): Path | undefined {
  const here = isIn(value);
  if (here !== undefined || typeof value !== 'object' || value === null) return here;
  for (const [name, member] of Object.entries(value)) {
    // One that is no list is read for names, as what nobody knows.
    const isValue = !isNames && passedOver.has(name) && (name !== 'examples' || Array.isArray(member));
    if (isValue) continue;
    // It is read for names as if it were a schema, and so is what looks like keywords in it.
    const within = name === 'dependentSchemas' ? NO_VALUES : passedOver;
    const path = firstWithin(member, isIn, within, !isNames && WITH_NAMES.has(name));
    if (path !== undefined) return [Array.isArray(value) ? Number(name) : name, ...path];
  }
  return undefined;
}

/** Whole ones are no surrogates under the flag `u`. */
const HALF_PAIR = /\p{Surrogate}/u;

function halfPairIn(value: JsonValue | undefined): Path | undefined {
  const texts = isObject(value) ? Object.keys(value) : [value];
  return texts.some((text) => typeof text === 'string' && HALF_PAIR.test(text)) ? [] : undefined;
}

/** The executor looks whether `object.name` is there, and so finds what every object inherits. */
function inheritedDefaultIn(value: JsonValue | undefined): Path | undefined {
  const properties = isObject(value) ? Object.entries(objectAt(value, 'properties') ?? {}) : [];
  const found = properties.find(
    ([name, property]) =>
      Object.hasOwn(Object.prototype, name) && isObject(property) && Object.hasOwn(property, 'default'),
  );
  return found && ['properties', found[0], 'default'];
}

/** These stand in unknown keywords, too, which are read for names. */
function otherReferenceIn(value: JsonValue | undefined, isRoot: boolean): Path | undefined {
  if (!isObject(value)) return undefined;
  const keywords = isRoot ? ['$dynamicRef', '$recursiveRef'] : ['$id', '$dynamicRef', '$recursiveRef'];
  const found = keywords.find((keyword) => typeof own(value, keyword) === 'string');
  return found === undefined ? undefined : [found];
}
