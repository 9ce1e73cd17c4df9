import { sampleParams } from './sample-params.js';

describe('params to try an action with', () => {
  it('holds the required ones only, the examples of the author first', () => {
    const schema = {
      type: 'object',
      required: ['userId', 'amount', 'tags'],
      properties: {
        userId: { type: 'string', examples: ['usr_1'] },
        amount: { type: 'integer' },
        tags: { type: 'array' },
        note: { type: 'string' },
      },
    };
    expect(sampleParams(schema)).toEqual({ userId: 'usr_1', amount: 1, tags: [] });
  });

  it('goes into objects, and takes defaults and first choices', () => {
    const address = {
      type: 'object',
      required: ['country', 'city'],
      properties: { country: { enum: ['at', 'de'] }, city: { type: 'string', default: 'Graz' } },
    };
    expect(sampleParams({ type: 'object', required: ['address'], properties: { address } })).toEqual({
      address: { country: 'at', city: 'Graz' },
    });
  });

  it('is an empty object where nothing is required', () => {
    expect(sampleParams({ type: 'object', properties: { note: { type: 'string' } } })).toEqual({});
  });
});
