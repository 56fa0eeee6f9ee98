import unicorn from "eslint-plugin-unicorn";

/** A handful of the plugin's rules. */
export default [
  {
    languageOptions: { sourceType: "commonjs" },
    plugins: { unicorn },
    rules: {
      "unicorn/catch-error-name": "error",
      "unicorn/explicit-length-check": "error",
      "unicorn/new-for-builtins": "error",
      "unicorn/no-for-each": "error",
      "unicorn/no-for-loop": "error",
      "unicorn/number-literal-case": "error",
      "unicorn/prefer-at": "error",
      "unicorn/prefer-includes": "error",
      "unicorn/prefer-number-properties": "error",
      "unicorn/prefer-string-slice": "error",
    },
  },
];
