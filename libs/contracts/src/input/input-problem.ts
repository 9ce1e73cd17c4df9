/** Why a body is refused. Public and permanent; the sentences may improve. */
export type InputProblemCode =
  | 'BODY_TOO_LARGE'
  | 'BODY_EMPTY'
  | 'BODY_NOT_UTF8'
  | 'JSON_SYNTAX'
  | 'DEPTH'
  | 'KEYS'
  | 'ITEMS'
  | 'VALUES'
  | 'STRING_LENGTH'
  | 'DUPLICATE_KEY'
  | 'PROTOTYPE_KEY'
  | 'LONE_SURROGATE'
  | 'UNSAFE_INTEGER'
  | 'NUMBER_RANGE';

/** The first thing that is wrong with a body. It never carries a value of the body, only the way to it. */
export interface InputProblem {
  readonly code: InputProblemCode;
  /** As `formatPath` writes it. A fault inside a key is at its object, since the key has no name yet. */
  readonly path: string;
  /** One sentence in plain English, without the path. */
  readonly message: string;
  /** Bytes from the start of the body. */
  readonly offset: number;
}

export type ScanResult = { readonly ok: true } | { readonly ok: false; readonly problem: InputProblem };
