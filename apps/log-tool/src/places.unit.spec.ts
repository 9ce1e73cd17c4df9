import { nameOf, placeOf } from './places.js';

describe('a place in a message', () => {
  it.each([
    ['esdb://admin:canary@db:2113?tls=false', 'esdb://db:2113'],
    ['ESDB://admin:canary@db:2113', 'ESDB://db:2113'],
    ['esdb://admin:canary@db1:2113,db2:2113', 'esdb://…'],
    ['esdb://admin:canary/x@db:2113', 'esdb://…'],
    ['esdb://db:2113?password=canary', 'esdb://db:2113'],
    ['embedded:./a@b/log', 'embedded:/here/a@b/log'],
    ['./log.ndjson', '/here/log.ndjson'],
  ])('%s is called %s', (text, name) => {
    expect(nameOf(placeOf(text, '/here'))).toBe(name);
  });
});
