import { addressOf } from './address-of.js';

describe('an address in a message', () => {
  it.each([
    ['nats://127.0.0.1:4222', 'nats://127.0.0.1:4222'],
    ['nats://gw:canary@bus:4222', 'nats://bus:4222'],
    ['tls://canary@bus', 'tls://bus'],
    ['esdb://admin:canary@db:2113?tls=false', 'esdb://db:2113'],
    ['esdb+discover://admin:canary@db:2113', 'esdb+discover://db:2113'],
    ['postgres://u:can@ary@h:5432/db', 'postgres://h:5432'],
    ['postgres://h/db?password=canary@x', 'postgres://h'],
    ['postgres://u:s/canary@h/db', 'postgres://…'],
    ['postgres://u:s?canary@h/db', 'postgres://…'],
    ['nats://gw:canary@h1:4222,nats://gw:canary@h2:4222', 'nats://…'],
    ['gateway:canary@bus:4222', '…'],
    ['', '…'],
  ])('of %s is %s', (url, address) => {
    expect(addressOf(url)).toBe(address);
  });
});
