double root_of(double number);
