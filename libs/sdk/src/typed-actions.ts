/**
 * What of an action definition the types need: recognised by structure, so that this package need not import the one
 * that makes definitions, and generated types do as well.
 */
export interface ActionLike {
  readonly name: string;
  readonly '~types'?: { readonly params: unknown; readonly result: unknown } | undefined;
}

/** The actions that a client may call: a list, or an object of them under any keys. */
export type Actions = readonly ActionLike[] | { readonly [key: string]: ActionLike };

type Member<A extends Actions> = A extends readonly (infer D)[] ? D : A[keyof A];
type Named<A extends Actions, N> = Extract<Member<A>, { readonly name: N }>;
type TypesOf<D> = D extends { readonly '~types'?: infer T } ? NonNullable<T> : never;

/** Names that may be called; any string where no actions were given. */
export type NameOf<A extends Actions> = Extract<Member<A>, ActionLike>['name'];

/** True where no actions were given: then nothing is known of names, params and results. */
type Untyped<A extends Actions> = string extends NameOf<A> ? true : false;

export type ParamsOf<A extends Actions, N> =
  Untyped<A> extends true
    ? Record<string, unknown>
    : TypesOf<Named<A, N>>['params' & keyof TypesOf<Named<A, N>>];

export type ResultOf<A extends Actions, N> =
  Untyped<A> extends true ? unknown : TypesOf<Named<A, N>>['result' & keyof TypesOf<Named<A, N>>];
