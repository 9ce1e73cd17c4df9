/** A contract of another language's service, with what JSON Schema has and types are easily wrong about. */
export const STRANGE_ACTION = {
  name: 'strange-2fa',
  description: 'Ends */ no comment.',
  effects: 'none',
  params: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      'user-id': { type: 'string', description: 'Whose it is. */ let evil = 1; /*' },
      pair: {
        type: 'array',
        prefixItems: [{ type: 'string' }, { type: 'integer' }],
        items: false,
        minItems: 2,
      },
      how: {
        oneOf: [
          {
            type: 'object',
            properties: { kind: { const: 'sms' }, to: { type: 'string' } },
            required: ['kind', 'to'],
            additionalProperties: false,
          },
          {
            type: 'object',
            properties: { kind: { const: 'app' } },
            required: ['kind'],
            additionalProperties: false,
          },
        ],
      },
      tree: { $ref: '#/$defs/Node' },
      counts: { type: 'object', additionalProperties: { type: 'integer' } },
      note: { type: ['string', 'null'] },
      level: { enum: ['low', 3] },
      bag: { type: 'object', required: ['id'] },
      either: {
        properties: { mail: { type: 'string' }, phone: { type: 'string' } },
        anyOf: [{ required: ['mail'] }, { required: ['phone'] }],
        additionalProperties: false,
      },
      kind: {
        type: 'object',
        required: ['is'],
        oneOf: [
          {
            properties: { is: { const: 'a' }, a: { type: 'string' } },
            required: ['a'],
            additionalProperties: false,
          },
          { properties: { is: { const: 'b' } }, additionalProperties: false },
        ],
      },
      some: {
        type: ['object', 'null'],
        anyOf: [{ properties: { x: {} }, additionalProperties: false }, { type: 'null' }],
      },
    },
    required: ['user-id'],
    additionalProperties: false,
    $defs: {
      Node: {
        type: 'object',
        properties: { children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
        required: ['children'],
        additionalProperties: false,
      },
    },
  },
  result: {
    type: 'object',
    properties: { codes: { type: 'array', items: { type: 'string' } } },
    required: ['codes'],
    additionalProperties: false,
  },
};

const CLIENT = `
  import { Do } from '@do-sdk/core';
  import { actions } from './actions.js';
  const d = new Do('key', { actions });
`;
export const RIGHT_CALLS_TS = `${CLIENT}
  const { result, error } = await d.action.execute({ name: 'reserve-seat', params: { seat: '7', guest: 'ada' } });
  if (!error) result.people.toFixed();
  const strange = await d.action.execute({
    name: 'strange-2fa',
    params: {
      'user-id': 'u',
      pair: ['a', 1],
      how: { kind: 'sms', to: '5' },
      tree: { children: [{ children: [] }] },
      counts: { a: 1 },
      note: null,
      level: 3,
      bag: { id: 1, other: 2 },
      either: { phone: '5' },
      kind: { is: 'a', a: 'x' },
      some: { x: 1 },
    },
  });
  if (!strange.error) strange.result.codes.map((code) => code.length);
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u' } });
`;
/** Each line that ends with "// wrong" has to be complained about, and no other. */
export const WRONG_CALLS_TS = `${CLIENT}
  await d.action.execute({ name: 'reserve-saet', params: { seat: '7', guest: 'ada' } }); // wrong
  await d.action.execute({ name: 'reserve-seat', params: { seat: 7, guest: 'ada' } }); // wrong
  await d.action.execute({ name: 'reserve-seat', params: { seat: '7' } }); // wrong
  await d.action.execute({ name: 'reserve-seat', params: { seat: '7', guest: 'ada', other: 1 } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: {} }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', pair: ['a'] } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', pair: ['a', 1, 2] } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', how: { kind: 'app', to: '5' } } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', tree: { children: [{}] } } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', level: 'high' } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', bag: { other: 2 } } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', either: {} } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', either: { mail: 'a', other: 1 } } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', kind: { a: 'x' } } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', kind: { is: 'b', other: 1 } } }); // wrong
  await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u', some: { x: 1, other: 1 } } }); // wrong
  const { result } = await d.action.execute({ name: 'strange-2fa', params: { 'user-id': 'u' } });
  result?.code; // wrong
`;
