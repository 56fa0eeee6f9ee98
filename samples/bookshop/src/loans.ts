import { randomUUID } from "node:crypto";
import { putBackCopy, takeCopy } from "./books.ts";
import { ConflictError, NotFoundError } from "./errors.ts";
import { logger } from "./logger.ts";
import type { Loan } from "./model.ts";
import { customerRepository, loanRepository } from "./repository.ts";

const LOAN_DAYS = 21;
const DAY_MS = 24 * 60 * 60 * 1000;

export async function lendBook(bookId: string, customerId: string): Promise<Loan> {
  const customer = await customerRepository.findById(customerId);
  if (!customer) throw new NotFoundError("customer", customerId);
  if (customer.blocked) throw new ConflictError(`${customer.name} is blocked`);
  await takeCopy(bookId);
  const dueOn = new Date(Date.now() + LOAN_DAYS * DAY_MS);
  const loan: Loan = { id: randomUUID(), bookId, customerId, dueOn, returnedOn: undefined };
  await loanRepository.save(loan);
  logger.info("book lent", { loanId: loan.id, bookId });
  return loan;
}

export async function returnBook(loanId: string): Promise<Loan> {
  const loan = await loanRepository.findById(loanId);
  if (!loan) throw new NotFoundError("loan", loanId);
  if (loan.returnedOn) throw new ConflictError(`loan ${loanId} has ended already`);
  await putBackCopy(loan.bookId);
  const changed: Loan = { ...loan, returnedOn: new Date() };
  await loanRepository.save(changed);
  logger.info("book returned", { loanId });
  return changed;
}

// Still missing:
//   getLoan(loanId)      the loan, or an error where there is none
//   extendLoan(loanId)   another three weeks, unless the book is back already
//   remindOf(loanId)     a line in the log for a loan that is overdue
