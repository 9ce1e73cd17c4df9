/** A flag that is a whole number from 1. @throws Error in words for the user */
export function whole(name: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= 1 && number <= max) return number;
  throw new Error(`--${name} ${text}: write a whole number from 1 to ${max}`);
}
