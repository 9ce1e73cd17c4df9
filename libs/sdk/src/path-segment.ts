/** A name as one segment of a path. A lone surrogate, which no URL can hold, becomes the replacement character. */
export const pathSegment = (text: string): string =>
  encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
