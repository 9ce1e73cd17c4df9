/**
 * The text of the `result` member of an answer, byte for byte as it came: parsing and writing it again would hide the
 * very differences that I6 forbids.
 * @throws Error the text is no answer of the form `{"result":…,"execution":{…}}`
 */
export function resultMember(text: string): string {
  const start = '{"result":';
  if (!text.startsWith(start)) throw new Error(`not an answer with a result: ${text.slice(0, 200)}`);
  let depth = 0;
  let inString = false;
  for (let at = start.length; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if (depth === 0 && (char === ',' || char === '}')) return text.slice(start.length, at);
    else if (char === '}' || char === ']') depth--;
  }
  throw new Error(`the answer breaks off: ${text.slice(0, 200)}`);
}
