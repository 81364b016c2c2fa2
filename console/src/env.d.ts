/// <reference types="vite/client" />
/** True in `--mode mock` and in tests; folds to false in the product's build. */
declare const __MOCK__: boolean;
