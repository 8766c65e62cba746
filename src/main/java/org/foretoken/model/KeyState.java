package org.foretoken.model;

/** What a key has been through on its way into the cache. */
public enum KeyState {
    /** As the projection made it: what predictors read and write. */
    PROJECTED,
    /** After the per-head norm, where the family has one; before RoPE. CoreNet caches these. */
    NORMED,
    /** After RoPE at its position: what our cache holds. */
    ROTATED
}
