"""Did a program work, and did it pay: experiments, enrolment programs, roll-outs, economics."""
