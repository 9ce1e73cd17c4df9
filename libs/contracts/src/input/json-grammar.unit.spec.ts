import { INPUT_LIMITS } from './input-limits.js';
import { scanJson } from './scan-json.js';

const encoder = new TextEncoder();
const SYNTAX_CODES = ['BODY_EMPTY', 'BODY_NOT_UTF8', 'JSON_SYNTAX'];

function scan(body: string) {
  return scanJson(encoder.encode(body), INPUT_LIMITS);
}

function parses(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

// biome-ignore format: a table reads better in rows
const VALID = [
  '0', '-0', '1', '-1', '10', '0.5', '-0.5', '1.0', '1e0', '1E0', '1e+1', '1e-1', '1.5E+10', '-1.5e-10',
  '0e0', '0e+1', '123.456e-7', '0.10', 'true', 'false', 'null', ' true ', '\ttrue\n', '\r\n null \r\n',
  '""', '"a"', '"\\""', '"\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\u0000"', '"\\u001f"', '"\\uABCD"',
  '"\\uabcd"', '"\\uAbCd"', '"\\u0022"', '"\\u005c"', '"\u007f"', '"\u2028\u2029"', '"\ufeff"', '"\u00a0"',
  '"é名😀"', '"\\ud800\\udc00"', '"\\uDBFF\\uDFFF"', '"/* no comment */"', '"\\\\u0061"', '"\\\\\\""', '"[}"',
  '"\'"', '[]', '[ ]', '[[]]', '[1]', '[1,2]', '[ 1 , 2 ]', '[null,true,false,0,"",{},[]]', '[[[[]]]]',
  '[\n1\n,\n2\n]', '[1 ]', '[ 1]', '[{}]', '{}', '{ }', '{"a":1}', '{"":0}', '{ "a" : 1 , "b" : 2 }',
  '{"a":{}}', '{"a":[]}', '{"a\\u0000b":1}', '{"\\"":1}', '{"a":null}', '{"a":{"b":{"c":[]}}}',
];

// biome-ignore format: a table reads better in rows
const INVALID = [
  '', ' ', '\u0000', '\ufeff', '\ufeff1', '\u00a0 1', '\u000b1', '\f1', '1\u0000', '1 \u00a0', '\u20281',
  '+1', '+0', '.5', '-.5', '5.', '-5.', '1.e1', '0.e1', '1e', '1e+', '1e-', '1E', '1e1.5', '1ee1', '1e+-1',
  '00', '01', '-01', '-00', '0x10', '0b1', '0o7', '1_000', '1,000', '- 1', '--1', '-', '-a', '-"', '1a',
  '1 2', '1..2', '1.2.3', 'NaN', '-NaN', 'Infinity', '-Infinity', 'inf', '１', '1n', '0.-1', '1-1', '1/2',
  'True', 'TRUE', 'tru', 'truee', 'true false', 'nul', 'nulll', 'undefined', 'fals', 'falsey', 't', 'f',
  'n', 'nan', 'a', 'é', '*', '#', '\\', '\\u0031', '$', '"', '"a', 'a"', '"a""b"', '"a"b', '"""', "'a'",
  '`a`', '"\\"', '"\\x41"', '"\\a"', '"\\0"', '"\\\'"', '"\\U0041"', '"\\ "', '"\\\n"', '"\\é"', '"\\u"',
  '"\\u1"', '"\\u12"', '"\\u123"', '"\\u123g"', '"\\u 123"', '"\\u+123"', '"\\u-123"', '"\\uD8"',
  '"\\u{61}"', '"\\u00', '"\\', '"\\u', '"a\nb"', '"a\tb"', '"\r"', '"\u0000"', '"\u001f"', '[', ']', '[1',
  '[1,', '[,', '[,]', '[1,]', '[,1]', '[1,,2]', '[1 2]', '[1]]', '[[1]', '[1}', '[:]', '[1:2]', '["a":1]',
  '[;]', '[1;2]', '[-]', '[a', '[true', '["a', '[""', '[*]', '[\u0000]', '[1,\u0000]', '[]a', '[] []',
  '[],', '[1],2', '[/**/]', '[1//\n]', '[1]#', '[...]', '[(1)]', '<1>', '[\u00a01]', '{', '}', '{]', '{,',
  '{,}', '{"a"', '{"a":', '{"a":}', '{"a":1', '{"a":1,', '{"a":1,}', '{,"a":1}', '{"a":1,,"b":2}',
  '{"a" 1}', '{"a",1}', '{"a"::1}', '{"a":1:2}', '{"a"}', '{"a","b"}', '{a:1}', "{'a':1}", '{1:1}',
  '{null:1}', '{[]:1}', '{{}:1}', '{true:1}', '{"a":1 "b":2}', '{"a":1;"b":2}', '{"a":1}}', '{"a":1]',
  '{"a":1}{"b":2}', '{"a":1},', '{"a":1}//', '{"a":/**/1}', '{"a"=1}', '{"a":b}', '{"a":1 ,}',
  '{"a":1,"b"}', '{"a":1,"b":}', '{"a":1,1}', '{"a\n":1}', '{"\\x":1}', '{"a:1}', '{:1}', '{"a":"b":"c"}',
  '{"a":tru}', '{...{}}', '{"a":-}', '{"a":\u0000}', '--- a', 'a: 1', '<a/>', 'a=1&b=2', '\u0000\u0000',
  '{\u0000"a":1}', '%7B%7D', 'json', '/**/{}', '// x\n{}', '{} // x', ")]}',{}",
];

describe('the grammar is that of RFC 8259', () => {
  it.each(VALID)('accepted, as by JSON.parse: %j', (body) => {
    expect(parses(body)).toBe(true);
    expect(scan(body)).toEqual({ ok: true });
  });

  it.each(INVALID)('refused, as by JSON.parse: %j', (body) => {
    expect(parses(body)).toBe(false);
    const result = scan(body);
    expect(result.ok ? 'accepted' : SYNTAX_CODES.includes(result.problem.code)).toBe(true);
  });
});
