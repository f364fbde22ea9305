/*
 * What `mcpack` finds for every name of this package, by the condition `moddable` in package.json. It is empty: the
 * modules come by manifest.json, which mcpack includes by itself, under the same names, preloaded and with xstate in
 * the form that XS can load. mcpack takes JavaScript only, preloads nothing, and refuses xstate's CommonJS.
 */
export {};
