import { oneAddress } from './one-address.js';

const V4 = { address: '127.0.0.1', family: 4 };
const V6 = { address: '::1', family: 6 };

it.each([
  [[V6, V4], '127.0.0.1'],
  [[V4], '127.0.0.1'],
  [[V6], '::1'],
  [[], '127.0.0.1'],
])('localhost, which is %j, is one of them', async (addresses, address) => {
  expect(await oneAddress('localhost', async () => addresses)).toBe(address);
});

it.each(['127.0.0.1', '0.0.0.0', '::', 'actions.example.com'])('%s is left to the server', async (host) => {
  const asked: string[] = [];
  const look = async (name: string) => {
    asked.push(name);
    return [V4];
  };
  expect([await oneAddress(host, look), asked]).toEqual([host, []]);
});
