#include <math.h>

#include "root.h"

double root_of(double number) {
    return sqrt(number);
}
