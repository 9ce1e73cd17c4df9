const PLAIN = /^[A-Za-z_$][\w$]*$/;

/** A path as people write it: `items[0].name`; `*` stands for every item or member. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number' || key === '*') return `${text}[${String(key)}]`;
    if (!PLAIN.test(String(key))) return `${text}[${JSON.stringify(String(key))}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
