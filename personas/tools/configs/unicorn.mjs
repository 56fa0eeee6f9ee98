import unicorn from "eslint-plugin-unicorn";

/** The plugin's recommended rules; those that only complain change nothing. */
export default [
  unicorn.configs.recommended,
  {
    languageOptions: { sourceType: "commonjs" },
    rules: { "unicorn/prefer-module": "off", "unicorn/filename-case": "off", "unicorn/prevent-abbreviations": "off" },
  },
];
