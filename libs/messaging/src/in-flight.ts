interface Place<V> {
  value: V | undefined;
}

/**
 * What is here for a short time, by name; as a Map, in the order in which it came.
 *
 * A Map that lives long must not hold what lives shortly. V8 links each table that it outgrows or cleans up to the next
 * one; once a full collection has moved one of them to the old generation, all that follow, and every value that was ever
 * in them, survive all small collections until the next full one, dead or not. Values stand in a place here that is
 * emptied when they are taken out, so that only the place and the name are left behind.
 */
export class InFlight<K, V extends NonNullable<unknown>> {
  readonly #places = new Map<K, Place<V>>();

  get size(): number {
    return this.#places.size;
  }

  get(key: K): V | undefined {
    return this.#places.get(key)?.value;
  }

  has(key: K): boolean {
    return this.#places.has(key);
  }

  set(key: K, value: V): void {
    const place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, { value });
    else place.value = value;
  }

  /** @returns what was there */
  delete(key: K): V | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    this.#places.delete(key);
    const { value } = place;
    place.value = undefined;
    return value;
  }

  keys(): K[] {
    return [...this.#places.keys()];
  }

  values(): V[] {
    return [...this.#places.values()].flatMap(({ value }) => (value === undefined ? [] : [value]));
  }
}
