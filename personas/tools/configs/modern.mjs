/** A handful of what ECMAScript 2015 brought, as ESLint's own rules write it. */
export default [
  {
    languageOptions: { sourceType: "commonjs" },
    rules: {
      "no-var": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "object-shorthand": "error",
      "prefer-arrow-callback": "error",
      "dot-notation": "error",
      curly: "error",
    },
  },
];
