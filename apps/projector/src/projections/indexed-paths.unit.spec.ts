import { indexedPathsOf, valuesAt } from './indexed-paths.js';

const pathsIn = (paramsJsonSchema: object, resultJsonSchema: object = {}) =>
  indexedPathsOf({
    paramsJsonSchema: JSON.parse(JSON.stringify(paramsJsonSchema)),
    resultJsonSchema: JSON.parse(JSON.stringify(resultJsonSchema)),
  });
const id = { type: 'string', indexed: true };

describe('indexed paths', () => {
  it('are found at any depth of objects, lists, choices and definitions, in params and result', () => {
    const schema = {
      properties: {
        customer: { properties: { id, name: { type: 'string' } } },
        items: { type: 'array', items: { properties: { sku: id } } },
        tags: { items: id },
        either: { anyOf: [{ type: 'null' }, { properties: { a: id } }] },
        address: { $ref: '#/$defs/address' },
      },
      $defs: { address: { properties: { zip: id } } },
    };
    expect(pathsIn(schema, { properties: { id } })).toEqual([
      'params.address.zip',
      'params.customer.id',
      'params.either.a',
      'params.items[].sku',
      'params.tags[]',
      'result.id',
    ]);
  });

  it('are none where the mark is something else than true, or the name cannot stand in a path', () => {
    expect(pathsIn({ properties: { a: { indexed: 'yes' }, 'b.c': id, 'd[]': id, 'e f': id } })).toEqual([]);
    expect(pathsIn({ properties: { indexed: { type: 'boolean' } } })).toEqual([]);
  });

  it('of a schema that refers to itself, or is very large, come to an end', () => {
    const node = { properties: { id, next: { $ref: '#/$defs/node' }, other: { $ref: '#/$defs/node' } } };
    const paths = pathsIn({ $ref: '#/$defs/node', $defs: { node } });
    expect(paths.length).toBeLessThanOrEqual(100);
    expect(paths).toContain('params.id');
  });
});

describe('the values at a path', () => {
  it.each([
    ['params.a', { a: 'text' }, ['text']],
    ['params.a', { a: 1.5 }, ['1.5']],
    ['params.a', { a: null }, ['null']],
    ['params.a', { a: false }, ['false']],
    ['params.a', { a: { b: 1 } }, []],
    ['params.a.b', { a: { b: 1 } }, ['1']],
    ['params.a[]', { a: ['x', 'y', 'x', {}] }, ['x', 'y']],
    ['params.a[].b', { a: [{ b: 1 }, { c: 2 }, 3] }, ['1']],
    ['params.a[].b', { a: 'text' }, []],
    ['params.toString', {}, []],
    ['params.__proto__', JSON.parse('{"__proto__":"own"}'), ['own']],
    ['result', 'all of it', ['all of it']],
  ])('%s of %j are %j', (path, json, values) => {
    expect(valuesAt(json, path)).toEqual(values);
  });
});
